import { parseArgs } from 'node:util'
import { createServerLoadRepository } from '../../db/main/server-load-repository.js'
import { balance } from '../../src/services/tenants/balance.js'
import { withInstallation } from '../operator/installation.js'
import { UsageError } from '../operator/run.js'
import type { TenantCommand } from './command.js'

/** Prints which tenants to move, as commands to run. */
export const rebalance: TenantCommand = {
  help: `  rebalance          prints the moves that empty the draining servers, and give the open ones equally many tenants as
                     far as their maximums allow. Run them one after another, when the load is low
    --dry-run        required, since this command only prints the moves`,

  async run(args) {
    const { values } = parseArgs({ args, options: { 'dry-run': { type: 'boolean', default: false } } })
    if (!values['dry-run'])
      throw new UsageError(
        'rebalance only prints what to do: add --dry-run, and run the moves that you want.'
      )
    return withInstallation(async (installation) => {
      const repository = createServerLoadRepository(installation.main)
      const shifts = balance(await repository.list())
      if (shifts.length === 0) console.error('There is nothing to move.')
      const taken = new Map<string, number>()
      for (const { from, to, tenants } of shifts) {
        const before = taken.get(from) ?? 0
        for (const { id } of await repository.listTenants(from, tenants, before))
          console.log(`npm run tenants -- move ${id} --to ${to}`)
        taken.set(from, before + tenants)
      }
      return 0
    })
  }
}
