/** `npm run storage`: what an operator does with what the tenants store. */
import { parseArgs } from 'node:util'
import { withInstallation, type Installation } from './operator/installation.js'
import { runCommand, UsageError } from './operator/run.js'
import { checkStorage } from './storage/check.js'
import { showLimits } from './storage/limits.js'
import { recount } from './storage/recount.js'

const HELP = `Usage: npm run storage -- <command> [options]

  check [--repair]   compares the rows of files with the objects of the storage, both ways, and tells what is lost
                     or left over. --repair removes what is left over, and marks files whose bytes are lost or
                     changed. The exit code is 1 when something is wrong that is not repaired; lost bytes cannot be.
  limits             shows what tenants hold and may hold. With --tenant, --documents and --bytes set its limits:
                     a number, "none" for no limit, "default" for QUOTA_DOCUMENTS and QUOTA_BYTES again.
  recount            counts anew what tenants hold, should the numbers ever be in doubt.

  --tenant ID        only this tenant, by its id; without it, all of them
  --help             this text

All of it may be done while the server runs. Settings come from the environment and .env, or from the server that
npm start runs with the same DATA_DIR.`

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
    throw new UsageError(`"${positionals.join(' ')}" is no command; npm run storage -- --help lists them.`)
  }
  return withInstallation(async (installation) => {
    await installation.record(`storage ${command}`, args.slice(1))
    return run(installation)
  })
}

await runCommand(async () => {
  process.exitCode = await main(process.argv.slice(2))
})
