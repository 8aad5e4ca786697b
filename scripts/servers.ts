/** `npm run servers`: the PostgreSQL servers that keep tenants. */
import { parseArgs } from 'node:util'
import { prepareServerDatabase } from '../db/prepare-main-database.js'
import { isSamePlace } from '../db/server/same-place.js'
import { inspectServer, type Finding } from '../db/server/suitability.js'
import { MAIN_SERVER } from '../db/main/schema.js'
import type { FilledServer, Server } from '../db/main/servers-repository.js'
import { settingsOfServer } from '../plugins/tenancy/server-adapters.js'
import { codeOf, isDatabaseUnavailable, isRefusedConnection } from '../db/error-codes.js'
import { table } from './events/table.js'
import { withInstallation, type Installation } from './operator/installation.js'
import { printable } from './operator/printable.js'
import { runCommand, UsageError } from './operator/run.js'

const HELP = `Usage: npm run servers -- <command> [NAME] [options]

  list                   every server: state, name, strategy, number of tenants, number of other places (old ones of
                         moved tenants, and new ones of moves in progress), maximum, and whether it answers; exits
                         with 1 if a server with tenants or other places does not answer
  add NAME               checks a server of TENANT_SERVERS and puts it into use; for a server in use, changes its
                         options, and opens it again after a drain
    --strategy KIND      database (one for each tenant) or schema; default: database. It cannot be changed later
    --max-tenants N      the most tenants that it takes; default: no limit
    --closed             puts no new tenants there until it is added again without this option
  check NAME             checks the same as add: PostgreSQL's version, rights, collation, clock, pg_trgm, and that
                         no other name stands for the same server; exits with 1 if something is wrong
  drain NAME             puts no new tenants there; prints how many tenants and other places it still has
  --help                 this text

Set TENANT_SERVERS for every process, and restart them, before a server is added. Safe while the server runs. Settings
come from the environment and .env, or from the npm start that runs with the same DATA_DIR.`

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  strategy: { type: 'string' },
  'max-tenants': { type: 'string' },
  closed: { type: 'boolean', default: false }
} as const
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']
type Command = (installation: Installation, name: string, values: Values) => Promise<number>

const TITLES = ['state', 'name', 'strategy', 'tenants', 'other places', 'maximum', 'answers']

async function list({ config, servers }: Installation): Promise<number> {
  const found = await servers.listFilled()
  const rows = await Promise.all(
    found.map(async (server) => {
      const { state, name, strategy, tenants, moving, max_tenants } = server
      const columns = [state, name, strategy, String(tenants), String(moving), String(max_tenants ?? 'none')]
      return { server, columns: [...columns, await answerOf(config, server)] }
    })
  )
  console.log(
    table(
      TITLES,
      rows.map(({ columns }) => columns)
    )
  )
  const isUsed = ({ tenants, moving }: FilledServer) => tenants > 0 || moving > 0
  return rows.some(({ server, columns }) => isUsed(server) && columns.at(-1) !== 'yes') ? 1 : 0
}

async function answerOf(config: Installation['config'], { name, strategy }: FilledServer): Promise<string> {
  const settings = settingsOfServer(config, name, strategy)
  if (settings === undefined) return 'not in TENANT_SERVERS'
  try {
    await inspectServer(settings.database.directUrl, config.database.directUrl, { strategy, roles: false })
    return 'yes'
  } catch (error) {
    if (!isUnusable(error)) throw error
    return 'no'
  }
}

const isUnusable = (error: unknown) => isDatabaseUnavailable(error) || isRefusedConnection(error)

/** @throws {UsageError} if the server is down, or refuses the connection */
async function reaching<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isUnusable(error)) throw error
    const why = isRefusedConnection(error) ? (error as Error).message : (codeOf(error) ?? 'no answer')
    throw new UsageError(
      `The server ${printable(name)} cannot be reached (${printable(why)}): check its URLs in TENANT_SERVERS.`
    )
  }
}

function needsOf({ config }: Installation, strategy: Server['strategy']) {
  return { strategy, roles: config.tenancy.roleSecret !== undefined }
}

/** Prints what was checked. @returns whether nothing is wrong */
function show(findings: Finding[]): boolean {
  for (const { what, found, problem } of findings)
    console.log(
      `${problem === undefined ? 'ok   ' : 'WRONG'}  ${what}: ${printable(found)}${problem === undefined ? '' : `; ${printable(problem)}`}`
    )
  return findings.every(({ problem }) => problem === undefined)
}

function settingsFor({ config }: Installation, name: string, strategy: Server['strategy']) {
  const settings = settingsOfServer(config, name, strategy)
  if (settings === undefined) throw new UsageError(`TENANT_SERVERS does not name "${printable(name)}".`)
  return settings
}

/**
 * Looks for other names of the same server. With two names, each would drop the other's spare databases, and the
 * server's connections would be counted twice. A server that does not answer is not compared.
 */
async function otherNames(
  { config }: Installation,
  servers: Server[],
  server: Pick<Server, 'name' | 'strategy'>,
  url: string
) {
  const names: string[] = []
  for (const { name, strategy } of servers) {
    const other = settingsOfServer(config, name, strategy)
    if (other === undefined || name === server.name || strategy !== server.strategy) continue
    const same = await isSamePlace(url, other.database.directUrl, strategy).catch((error: unknown) => {
      if (isUnusable(error)) return false
      throw error
    })
    if (same) names.push(name)
  }
  const finding: Finding = { what: 'other names of it', found: names.join(', ') || 'none' }
  return names.length === 0
    ? finding
    : { ...finding, problem: 'a server may have only one name: use that one' }
}

async function check(installation: Installation, name: string, values: Values): Promise<number> {
  const servers = await installation.servers.list()
  const known = servers.find((server) => server.name === name)
  const strategy = known?.strategy ?? strategyOf(values)
  const { directUrl } = settingsFor(installation, name, strategy).database
  const { directUrl: main } = installation.config.database
  const findings = await reaching(name, () => inspectServer(directUrl, main, needsOf(installation, strategy)))
  return show([...findings, await otherNames(installation, servers, { name, strategy }, directUrl)]) ? 0 : 1
}

async function add(installation: Installation, name: string, values: Values): Promise<number> {
  const known = (await installation.servers.list()).find((server) => server.name === name)
  const strategy = values.strategy === undefined && known ? known.strategy : strategyOf(values)
  if (known !== undefined && known.strategy !== strategy)
    throw new UsageError(`The server ${name} keeps tenants by ${known.strategy}, which cannot change.`)
  const settings = settingsFor(installation, name, strategy)
  if ((await check(installation, name, { ...values, strategy })) !== 0) return 1
  if (name !== MAIN_SERVER) await reaching(name, () => prepareServerDatabase(settings))
  const { outcome } = await installation.servers.put({
    ...{ name, strategy, max_tenants: maximumOf(values) },
    state: values.closed ? 'closed' : 'open'
  })
  if (outcome === 'other strategy')
    throw new UsageError(`The server ${name} was added with another strategy.`)
  console.log(`The server ${name} is in use${values.closed ? ', closed to new tenants' : ''}.`)
  return 0
}

async function drain({ servers }: Installation, name: string): Promise<number> {
  const { outcome } = await servers.setState(name, 'draining')
  if (outcome === 'missing') throw new UsageError(`There is no server "${printable(name)}".`)
  const server = (await servers.listFilled()).find((filled) => filled.name === name)
  const { tenants = 0, moving = 0 } = server ?? {}
  console.log(
    `The server ${name} gets no new tenants. It still has ${tenants} tenants and ${moving} other places.`
  )
  return 0
}

function strategyOf({ strategy = 'database' }: Values): Server['strategy'] {
  if (strategy === 'database' || strategy === 'schema') return strategy
  throw new UsageError('--strategy must be database or schema.')
}

function maximumOf({ 'max-tenants': text }: Values): number | null {
  if (text === undefined) return null
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new UsageError('--max-tenants must be a whole number.')
}

const COMMANDS: Record<string, { run: Command; names: number }> = {
  list: { run: list, names: 0 },
  add: { run: add, names: 1 },
  check: { run: check, names: 1 },
  drain: { run: drain, names: 1 }
}

await runCommand(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS })
  const [command = '', name = '', ...rest] = positionals
  if (values.help || command === '') {
    console.log(HELP)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const found = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined
  if (found === undefined)
    throw new UsageError(`There is no command "${printable(command)}"; npm run servers -- --help lists them.`)
  if (rest.length > 0 || (name === '') !== (found.names === 0))
    throw new UsageError(
      found.names === 0 ? `${command} takes no name.` : `${command} takes the name of a server.`
    )
  process.exitCode = await withInstallation(async (installation) => {
    await installation.record(`servers ${command}`, process.argv.slice(3))
    return found.run(installation, name, values)
  })
})
