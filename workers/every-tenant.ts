import type { Tenant, TenantRepository } from '../db/main/tenants-repository.js'

const PAGE = 500
/** The nil UUID, which no tenant has. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/** Every tenant that is ready, page by page, so that any number of them takes little memory. */
export async function* everyActiveTenant(
  tenants: Pick<TenantRepository, 'listActiveAfter'>
): AsyncGenerator<Tenant> {
  let after = BEFORE_ALL
  for (;;) {
    const page = await tenants.listActiveAfter(after, PAGE)
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last.id
  }
}
