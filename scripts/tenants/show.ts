import { parseArgs } from 'node:util'
import { table } from '../events/table.js'
import { printable, printableJson } from '../operator/printable.js'
import { UsageError } from '../operator/run.js'
import { findTenant, stateOf, withAdministration } from './administration.js'
import type { TenantCommand } from './command.js'

const TITLES = ['role', 'member', 'name', 'account', 'since']

/** Shows one tenant and its members. */
export const show: TenantCommand = {
  help: `  show ID            shows a tenant and its members
    --json           as one JSON object`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } }
    })
    const [id = '', ...rest] = positionals
    if (id === '' || rest.length > 0) throw new UsageError('show takes the id of one tenant.')
    return withAdministration(async (tenants) => {
      const tenant = await findTenant(tenants, id)
      const members = await tenants.listMembers(tenant.id)
      const state = stateOf(tenant)
      if (values.json) {
        console.log(printableJson({ ...tenant, state, members }))
        return 0
      }
      const { name, server, database_name, created_at, updated_at, deleted_at } = tenant
      const fields = {
        id: tenant.id,
        name,
        state,
        server,
        database: database_name,
        created_at,
        updated_at,
        deleted_at
      }
      for (const [field, value] of Object.entries(fields))
        if (value !== null) console.log(`${field.padEnd(10)}  ${printable(value)}`)
      console.log()
      const rows = members.map(({ role, email, first_name, last_name, is_active, joined_at }) => [
        ...[role, email ?? 'service', `${first_name} ${last_name}`.trim()],
        ...[is_active ? 'active' : 'deactivated', joined_at]
      ])
      console.log(rows.length > 0 ? table(TITLES, rows) : 'It has no members.')
      return 0
    })
  }
}
