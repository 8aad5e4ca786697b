/** `npm run tenants`: lets operators manage all tenants, or one of them. */
import { runCommand, UsageError } from './operator/run.js'
import type { TenantCommand } from './tenants/command.js'
import { remove } from './tenants/delete.js'
import { exportTenant } from './tenants/export.js'
import { importTenant } from './tenants/import.js'
import { list } from './tenants/list.js'
import { migrate } from './tenants/migrate.js'
import { move } from './tenants/move.js'
import { owner } from './tenants/owner.js'
import { purge } from './tenants/purge.js'
import { rebalance } from './tenants/rebalance.js'
import { restore } from './tenants/restore.js'
import { show } from './tenants/show.js'
import { status } from './tenants/status.js'

const COMMANDS: Record<string, TenantCommand> = {
  ...{ list, show, owner, migrate, status },
  ...{ export: exportTenant, import: importTenant, restore },
  ...{ move, rebalance, delete: remove, purge }
}

const HELP = `Usage: npm run tenants -- <command> [options]

${Object.values(COMMANDS)
  .map((command) => command.help)
  .join('\n')}
  --help             this text

Everything here is safe while the server runs. Settings come from the environment and .env, or from the npm start that
runs with the same DATA_DIR.`

await runCommand(async () => {
  const [name, ...args] = process.argv.slice(2)
  if (name === undefined || [name, ...args].some((word) => word === '--help' || word === '-h')) {
    console.log(HELP)
    process.exitCode = name === undefined ? 2 : 0
    return
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined)
    throw new UsageError(`There is no command "${name}"; npm run tenants -- --help lists them.`)
  process.exitCode = await command.run(args)
})
