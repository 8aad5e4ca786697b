import { parseArgs } from 'node:util'
import { printable } from '../operator/printable.js'
import { UsageError } from '../operator/run.js'
import { findTenant, withAdministration } from './administration.js'
import type { TenantCommand } from './command.js'

/** Closes a tenant, as `DELETE /api/tenants/{id}` does. */
export const remove: TenantCommand = {
  help: `  delete ID --yes    closes a tenant to everyone, as its admins can do themselves. Its data stays until a purge; until
                     then, one of its admins can undo the deletion`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { yes: { type: 'boolean', default: false } }
    })
    const [id = '', ...rest] = positionals
    if (id === '' || rest.length > 0) throw new UsageError('delete takes the id of one tenant.')
    return withAdministration(async (tenants) => {
      const tenant = await findTenant(tenants, id)
      const name = `${printable(tenant.name)} (${tenant.id})`
      if (tenant.deleted_at !== null) {
        console.log(`${name} is already deleted.`)
        return 0
      }
      if (!values.yes)
        throw new UsageError(`This closes ${name} for its ${tenant.members} members; confirm with --yes.`)
      const { outcome } = await tenants.remove(tenant.id)
      console.log(
        outcome === 'removed'
          ? `${name} is deleted. Its data stays until it is purged.`
          : `${name} is already deleted.`
      )
      return 0
    })
  }
}
