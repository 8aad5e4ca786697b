import { parseArgs } from 'node:util'
import { printable, printableJson } from '../operator/printable.js'
import { stateOf, withAdministration } from './administration.js'
import type { TenantCommand } from './command.js'

const PAGE = 500
/** The nil UUID, which no tenant has. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'
const TITLES = ['state', 'id', 'name', 'members', 'created', 'database']

/** Shows every tenant, whatever its state. */
export const list: TenantCommand = {
  help: `  list               lists every tenant: state (active, deactivated, deleted, or a step between), id, name, number of
                     members, time of creation, and database or schema
    --json           one JSON object per line`,

  async run(args) {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } })
    return withAdministration(async (tenants) => {
      if (!values.json) console.log(TITLES.join('\t'))
      let count = 0
      for (let after = BEFORE_ALL; ;) {
        const page = await tenants.listAfter(after, PAGE)
        for (const tenant of page) {
          const { id, name, members, created_at, database_name } = tenant
          const state = stateOf(tenant)
          console.log(
            values.json
              ? printableJson({ ...tenant, state })
              : [state, id, name, members, created_at, database_name].map(printable).join('\t')
          )
        }
        count += page.length
        const last = page.at(-1)
        if (last === undefined) break
        after = last.id
      }
      console.error(`${count} ${count === 1 ? 'tenant' : 'tenants'}`)
      return 0
    })
  }
}
