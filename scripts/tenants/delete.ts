import { parseArgs } from 'node:util'
import { printable } from '../operator/printable.js'
import { UsageError } from '../operator/run.js'
import { findTenant, stateOf, withAdministration } from './administration.js'
import type { TenantCommand } from './command.js'

/** Closes a tenant, as `DELETE /api/tenants/{id}` does. */
export const remove: TenantCommand = {
  help: `  delete ID --yes    closes a tenant for everybody, as its admins can; its data stays until it is purged, and an admin
                     of it may take the deletion back until then`,

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
      const state = stateOf(tenant)
      if (state === 'deleted') {
        console.log(`${name} was deleted already.`)
        return 0
      }
      if (tenant.status !== 'active') throw new UsageError(`${name} is not ready but ${state}.`)
      if (!values.yes)
        throw new UsageError(
          `This closes ${name} for its ${tenant.members} members; say --yes if you mean it.`
        )
      const { outcome } = await tenants.remove(tenant.id)
      console.log(
        outcome === 'removed'
          ? `${name} is deleted. Its data stays until it is purged.`
          : `${name} was deleted already.`
      )
      return 0
    })
  }
}
