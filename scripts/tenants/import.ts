import { parseArgs } from 'node:util'
import { createTenantArchiveRepository } from '../../db/main/tenant-archive-repository.js'
import { createTenantPurgeRepository } from '../../db/main/tenant-purge-repository.js'
import { AppError } from '../../core/errors.js'
import { compileCheck } from '../../core/validation/check.js'
import { storedName } from '../../core/validation/names.js'
import { createHashing } from '../../plugins/hashing/hashing.js'
import { MAX_TENANT_NAME_LENGTH, TenantName } from '../../src/schemas/tenants.js'
import { createTenantImport } from '../../src/services/archives/import-tenant.js'
import { createServerChoice } from '../../src/services/tenants/server-choice.js'
import { createTenantPurge } from '../../src/services/tenants/tenant-purge.js'
import { withInstallation, type Installation } from '../operator/installation.js'
import { printable } from '../operator/printable.js'
import { osUser } from '../operator/record-command.js'
import { UsageError } from '../operator/run.js'
import { openArchive } from './archive-file.js'
import type { TenantCommand } from './command.js'
import { showProgress } from './export.js'
import { movingOf } from './moving.js'

/** Creates a tenant from an archive. */
export const importTenant: TenantCommand = {
  help: `  import FILE        creates a new tenant from an export of this or another installation. Everything in the archive is
                     checked; a damaged one is refused and leaves nothing behind. Documents and files keep their ids. The
                     tenant has no members: see owner. The next purge removes what a killed import leaves behind
    --name NAME      the tenant's name; default: that of the exported tenant
    --server NAME    the server to put it on; default: as for a new tenant, the open one with the most room
    --members        lets the exported tenant's members join, if they have an account here and both installations have
                     verified their address
    FILE -           reads from the standard input`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        server: { type: 'string' },
        members: { type: 'boolean', default: false }
      }
    })
    const [file = '', ...rest] = positionals
    if (file === '' || rest.length > 0)
      throw new UsageError('import takes one file, or - for the standard input.')
    const name = values.name === undefined ? null : checkedName(values.name)
    const source = file === '-' ? { size: 0, read: () => process.stdin } : await openArchive(file)
    return withInstallation(async (installation) => {
      const server = await serverFor(installation, values.server)
      await installation.record('tenants import', args)
      const hashing = createHashing()
      let read = 0
      const counted = async function* () {
        for await (const chunk of source.read() as AsyncIterable<Buffer>) {
          read += chunk.length
          yield chunk
        }
      }
      const stopBar = showProgress(source.size, () => read)
      try {
        const make = await createImport(installation, hashing)
        const options = { name, server, withMembers: values.members, osUser: osUser() }
        const tenant = await make(counted(), options).finally(stopBar)
        console.log(
          `${printable(tenant.name)} (${tenant.id}): ${tenant.documents} documents, ${tenant.files} files, ` +
            `${tenant.members} members`
        )
        if (tenant.lost > 0)
          console.log(`The content of ${tenant.lost} files was missing or damaged when it was exported.`)
        if (tenant.members === 0)
          console.log(`Make somebody its admin: npm run tenants -- owner ${tenant.id} EMAIL`)
        return 0
      } finally {
        await hashing.close()
      }
    })
  }
}

async function createImport(installation: Installation, hashing: ReturnType<typeof createHashing>) {
  const { main, router, places, outboxes } = installation
  const storage = await installation.storage()
  const purges = createTenantPurgeRepository(main, osUser())
  const purge = createTenantPurge({ purges, router, places, storage, moving: movingOf(installation) })
  return createTenantImport({
    ...{ router, places, storage, hashing, outboxes },
    archives: createTenantArchiveRepository(main),
    async discard({ id }) {
      const made = (await purge.listDue(0)).find((tenant) => tenant.id === id)
      if (made !== undefined) await purge.purge(made, 0)
    }
  })
}

/** @throws {UsageError} if no open server has room */
async function serverFor({ servers, places }: Installation, wanted: string | undefined): Promise<string> {
  try {
    return (await createServerChoice({ servers, places })(wanted)).name
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new UsageError(
      wanted === undefined
        ? 'No server is open and has room; npm run servers -- list shows all.'
        : `--server must be an open server with room, not "${printable(wanted)}"; npm run servers -- list shows all.`
    )
  }
}

function checkedName(name: string): string {
  try {
    if (compileCheck(TenantName)(name).length === 0) return storedName(name, '--name', MAX_TENANT_NAME_LENGTH)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
  throw new UsageError(`--name must be a name of 1 to ${MAX_TENANT_NAME_LENGTH} characters.`)
}
