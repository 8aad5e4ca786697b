import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Schemas } from '../../client/index.js'
import type { Api } from './api.js'
import { shortLink, type Uploaded } from './documents.js'
import { expect } from './expect.js'
import type { Server } from './find-server.js'
import type { Owner } from './people.js'
import { checked, duration, exchange, note, shorten } from './print.js'

type StoredFile = Schemas['StoredFile']

const POLL_MS = 300
const DEADLINE_MS = 120_000

export async function deleteDocument(api: Api, owner: Owner, { document }: Uploaded): Promise<void> {
  const path = '/api/tenants/{tenant_id}/documents/{document_id}'
  const params = { path: { tenant_id: owner.tenant.id, document_id: document.id } }
  const as = api.as(owner.token)
  await api.ok(as.DELETE(path, { params }), 200, ({ message }) => ({ message }))
  await api.refused(as.GET(path, { params }), 404)
}

/** Checks that a deleted document's file stays while another document refers to it. */
export async function fileStays(api: Api, owner: Owner, { document }: Uploaded): Promise<void> {
  const path = { tenant_id: owner.tenant.id, file_id: document.file_id }
  const sent = api.as(owner.token).GET('/api/tenants/{tenant_id}/files/{file_id}', { params: { path } })
  const {
    data: { documents }
  } = await api.ok(sent, 200, ({ data: { id, documents } }) => ({
    id,
    documents: documents.map(({ filename }) => filename)
  }))
  expect(documents.length === 1, 'one document that still refers to the file', documents.length)
  checked(`The file stays, since ${documents[0]?.filename ?? ''} refers to it.`)
}

/** Waits until the worker has removed the files that no document refers to. */
export async function watchRemoval(api: Api, owner: Owner, files: StoredFile[]): Promise<void> {
  const as = api.as(owner.token)
  const params = { path: { tenant_id: owner.tenant.id } }
  const list = () => as.GET('/api/tenants/{tenant_id}/files', { params })
  const start = performance.now()
  note(
    `Waiting for the worker to remove ${files.map(({ id }) => shorten(id)).join(' and ')} (up to ${DEADLINE_MS / 1000} s)`
  )
  process.stdout.write('       ')
  for (;;) {
    const { method, path, status, body } = await api.answer(list())
    expect(body !== undefined, `${method} ${path} to answer 200`, status)
    const left = body.data.items.filter(({ id }) => files.some((file) => file.id === id))
    process.stdout.write('.')
    if (left.length === 0) break
    const gone = performance.now() - start < DEADLINE_MS
    expect(
      gone,
      'the files to be gone',
      `${left.length} left after ${DEADLINE_MS / 1000} s; is the worker running?`
    )
    await delay(POLL_MS, undefined, { signal: api.signal })
  }
  process.stdout.write('\n')
  await api.ok(list(), 200, ({ data: { items, pagination } }) => ({ total: pagination.total, items }))
  checked(`Gone after ${duration(performance.now() - start)}.`)
}

/** Checks that earlier pre-signed URLs no longer work. */
export async function oldLinksAreDead(api: Api, urls: string[]): Promise<void> {
  for (const url of urls) {
    const response = await fetch(url, { signal: api.signal })
    await response.body?.cancel()
    exchange('GET', shortLink(url), response.status)
    expect(response.status === 404, 'the old pre-signed URL to answer 404', response.status)
  }
  checked('The earlier links no longer work.')
}

/**
 * The paths of those files that are on this machine's disk.
 * @throws {UnexpectedError} if our own server's files are not there
 */
export function filesOnDisk({ dataDir }: Server, isOwn: boolean, files: StoredFile[]): string[] {
  if (dataDir === undefined) return []
  const paths = files.map(({ s3_path }) => join(dataDir, 'objects', s3_path))
  const present = paths.filter((path) => existsSync(path))
  expect(
    !isOwn || present.length === paths.length,
    `the files ${paths.join(', ')}`,
    present.join(', ') || 'none'
  )
  return present
}

export function filesAreGone(paths: string[]): void {
  const left = paths.filter((path) => existsSync(path))
  expect(left.length === 0, 'the files to be gone from the disk', left)
  if (paths.length > 0) checked(`Gone from the disk as well (${paths.length} files below objects/).`)
}
