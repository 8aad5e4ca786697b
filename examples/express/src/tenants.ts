import type { Accounts, Customer } from './accounts.js'
import { strongroom } from './strongroom.js'

/** The tenant of a customer; it is created when the customer first needs it. */
export async function tenantOf(accounts: Accounts, customer: Customer): Promise<string> {
  if (customer.tenantId !== undefined) return customer.tenantId
  // The customer's id is the Idempotency-Key. So two requests at once get the same tenant, and so does a second try
  // within a day after a crash before the next line.
  const tenant = await strongroom.tenants.create({ name: customer.company }, customer.id)
  await accounts.setTenant(customer, tenant.id)
  return tenant.id
}
