import { createWriteStream, existsSync } from 'node:fs'
import { link, open, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { createTenantAdministration } from '../../db/main/tenant-administration.js'
import { createTenantArchiveRepository } from '../../db/main/tenant-archive-repository.js'
import { codeOf } from '../../db/error-codes.js'
import { createArchiveWriter } from '../../src/services/archives/write-archive.js'
import { withInstallation } from '../operator/installation.js'
import { printable } from '../operator/printable.js'
import { UsageError } from '../operator/run.js'
import { formatTimeLeft } from '../operator/time-left.js'
import { findTenant } from './administration.js'
import type { TenantCommand } from './command.js'

/** Writes everything that a tenant stores to an archive. */
export const exportTenant: TenantCommand = {
  help: `  export ID --to FILE
                     writes everything that the tenant stores at this moment to a tar: documents, files and the list of
                     members. The tenant stays in use meanwhile. You can check the archive with tar and sha256sum -c
                     SHA256SUMS. Needs room for the rows in the folder for temporary files (TMPDIR). Exits with 1 if
                     content was lost or damaged in the storage
    --to -           writes to the standard output`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { to: { type: 'string' } }
    })
    const [id = '', ...rest] = positionals
    const { to = '' } = values
    if (id === '' || rest.length > 0 || to === '')
      throw new UsageError('export takes the id of one tenant, and --to with a file or -.')
    if (to === '-' && process.stdout.isTTY)
      throw new UsageError('An archive cannot be shown on a terminal: redirect the output, or name a file.')
    if (to !== '-' && existsSync(to)) throw new UsageError(`${to} exists already; name another file.`)
    return withInstallation(async (installation) => {
      const { main, router } = installation
      const tenant = await findTenant(createTenantAdministration(main), id)
      if (tenant.status !== 'active') throw new UsageError(`${printable(tenant.name)} is not ready.`)
      await installation.record('tenants export', args)
      const write = createArchiveWriter({
        router,
        storage: await installation.storage(),
        archives: createTenantArchiveRepository(main)
      })
      const { bytes } = await router.withTenant(tenant, (store) =>
        store.usage.read({ documents: null, bytes: null })
      )
      const counts = { documents: 0, files: 0, bytes: 0, lost: 0 }
      const stopBar = showProgress(bytes, () => counts.bytes)
      const into = to === '-' ? toStream(process.stdout) : toFile(resolve(to))
      const written = await write(tenant, into, { counts }).finally(stopBar)
      console.error(
        `${printable(tenant.name)} (${tenant.id}): ${written.documents} documents, ${written.files} files with ` +
          `${written.bytes} bytes; ${written.fileSize} bytes written, SHA-256 ${written.sha256}`
      )
      if (written.lost === 0) return 0
      console.error(
        `The content of ${written.lost} files is missing or damaged; tables/lost.*.ndjson names them, and so does ` +
          'npm run storage -- check.'
      )
      return 1
    })
  }
}

/** Shows how many of the bytes are done. @returns a function that ends the display */
export function showProgress(total: number, done: () => number): () => void {
  const bar = new SingleBar({
    format: '{bar} {percentage} %, {value} of {total} bytes, {eta_formatted} left',
    formatTime: formatTimeLeft,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
    clearOnComplete: true
  })
  bar.start(total, 0)
  const timer = setInterval(() => bar.update(Math.min(done(), total)), 200)
  return () => {
    clearInterval(timer)
    bar.stop()
  }
}

/** Leaves the stream open. */
export const toStream = (stream: Writable) => (chunks: AsyncIterable<Buffer>) =>
  pipeline(chunks, stream, { end: false })

/** The file appears under its name only when it is complete and on the disk. */
const toFile = (path: string) => async (chunks: AsyncIterable<Buffer>) => {
  const partial = `${path}.partial-${process.pid}`
  try {
    await pipeline(chunks, createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }))
    // Unlike a rename, a link replaces no existing file.
    await link(partial, path)
    await syncFolder(dirname(path))
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new UsageError(`${path} exists already; name another file.`)
    throw error
  } finally {
    await rm(partial, { force: true })
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
