import { parseArgs } from 'node:util'
import { createUserRepository } from '../../db/main/users-repository.js'
import { createTenantAdministration } from '../../db/main/tenant-administration.js'
import { toEmailAddress } from '../../src/services/auth/email.js'
import { withInstallation } from '../operator/installation.js'
import { printable } from '../operator/printable.js'
import { osUser } from '../operator/record-command.js'
import { UsageError } from '../operator/run.js'
import { findTenant } from './administration.js'
import type { TenantCommand } from './command.js'

/** Makes a person an admin of a tenant, for example when its last admin has left the company. */
export const owner: TenantCommand = {
  help: `  owner ID EMAIL     makes the account an admin of the tenant; it need not be a member yet`,

  async run(args) {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: {} })
    const [id = '', email = '', ...rest] = positionals
    if (email === '' || rest.length > 0)
      throw new UsageError('owner takes the id of one tenant and one e-mail address.')
    return withInstallation(async (installation) => {
      const { main } = installation
      const tenants = createTenantAdministration(main)
      const tenant = await findTenant(tenants, id)
      const user = await createUserRepository(main).findByEmail(toEmailAddress(email))
      if (user === null || !user.is_active)
        throw new UsageError(
          `No active account has the address ${email}; npm run users -- list shows all, and users -- create makes one.`
        )
      await installation.record('tenants owner', [tenant.id, user.id])
      const { outcome } = await tenants.makeAdmin(tenant.id, user.id, osUser())
      const name = `${printable(tenant.name)} (${tenant.id})`
      console.log(
        `${printable(user.email)} ${outcome === 'changed' ? 'is now' : 'was already'} an admin of ${name}.`
      )
      return 0
    })
  }
}
