import { parseArgs } from 'node:util'
import { inPagesById } from '../../core/pages.js'
import { printable, printableJson } from '../operator/printable.js'
import { stateOf, withAdministration } from './administration.js'
import type { TenantCommand } from './command.js'

const TITLES = ['state', 'id', 'name', 'members', 'created', 'server', 'database']

/** Shows every tenant, whatever its state. */
export const list: TenantCommand = {
  help: `  list               lists every tenant: state (active, deactivated, deleted, or a step between), id, name, number of
                     members, time of creation, server, and database or schema
    --json           one JSON object per line`,

  async run(args) {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } })
    return withAdministration(async (tenants) => {
      if (!values.json) console.log(TITLES.join('\t'))
      let count = 0
      for await (const tenant of inPagesById((afterId, limit) => tenants.listAfter(afterId, limit))) {
        const { id, name, members, created_at, server, database_name } = tenant
        const state = stateOf(tenant)
        console.log(
          values.json
            ? printableJson({ ...tenant, state })
            : [state, id, name, members, created_at, server, database_name].map(printable).join('\t')
        )
        count += 1
      }
      console.error(`${count} ${count === 1 ? 'tenant' : 'tenants'}`)
      return 0
    })
  }
}
