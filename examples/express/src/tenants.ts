import type { Accounts, Customer } from './accounts.js'
import { strongroom } from './strongroom.js'

/** The tenant of a customer, which is created when the customer first needs it. */
export async function tenantOf(accounts: Accounts, customer: Customer): Promise<string> {
  if (customer.tenantId !== undefined) return customer.tenantId
  // The customer's id is the Idempotency-Key: two requests at once, or a crash before the next line and another try on the
  // same day, get the same tenant instead of a second one.
  const tenant = await strongroom.tenants.create({ name: customer.company }, customer.id)
  await accounts.setTenant(customer, tenant.id)
  return tenant.id
}
