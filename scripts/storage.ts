/** `npm run storage`: lets operators check and manage what tenants store. */
import { parseArgs } from 'node:util'
import { withInstallation, type Installation } from './operator/installation.js'
import { runCommand, UsageError } from './operator/run.js'
import { checkStorage } from './storage/check.js'
import { showLimits } from './storage/limits.js'
import { recount } from './storage/recount.js'

const HELP = `Usage: npm run storage -- <command> [options]

  check [--repair]   compares the rows of files with the objects in the storage, both ways, and reports lost bytes and
                     leftovers. --repair removes the leftovers, and marks files whose bytes are lost or changed.
                     Exits with 1 if a problem remains; lost bytes cannot be repaired.
  limits             shows what tenants hold, and their limits. With --tenant, --documents and --bytes set limits:
                     a number, "none" for no limit, or "default" for QUOTA_DOCUMENTS and QUOTA_BYTES.
  recount            recounts what tenants hold, if the numbers are ever in doubt.

  --tenant ID        only the tenant with this id; default: all tenants
  --help             this text

Everything here is safe while the server runs. Settings come from the environment and .env, or from the npm start that
runs with the same DATA_DIR.`

const OPTIONS = {
  repair: { type: 'boolean', default: false },
  tenant: { type: 'string' },
  documents: { type: 'string' },
  bytes: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false }
} as const

/** @returns the exit code */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  const [command, ...rest] = positionals
  if (values.help || command === undefined) {
    console.log(HELP)
    return values.help ? 0 : 2
  }
  const commands: Partial<Record<string, (installation: Installation) => Promise<number>>> = {
    check: (installation) => checkStorage(installation, values.tenant, values.repair),
    limits: (installation) => showLimits(installation, values),
    recount: (installation) => recount(installation, values.tenant)
  }
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined
  if (run === undefined || rest.length > 0) {
    throw new UsageError(
      `There is no command "${positionals.join(' ')}"; npm run storage -- --help lists them.`
    )
  }
  return withInstallation(async (installation) => {
    await installation.record(`storage ${command}`, args.slice(1))
    return run(installation)
  })
}

await runCommand(async () => {
  process.exitCode = await main(process.argv.slice(2))
})
