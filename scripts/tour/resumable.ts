import { createStrongroom } from '../../client/index.js'
import type { Api } from './api.js'
import type { Uploaded } from './documents.js'
import { expect } from './expect.js'
import type { LocalFile } from './make-file.js'
import type { Owner } from './people.js'
import { bytes, checked, exchange, note } from './print.js'
import { showProgress } from './progress.js'

/** The number of requests in which the file is sent. The server has saved a request's bytes when it ends. */
const PIECES = 8

/**
 * Uploads a file in pieces, interrupts the upload in the middle, and checks that it resumes after the saved bytes.
 * @param killAndRestart kills the server and starts it again; if undefined, the connection is cut instead
 */
export async function uploadResumably(
  api: Api,
  owner: Owner,
  local: LocalFile,
  killAndRestart: (() => Promise<void>) | undefined
): Promise<Uploaded> {
  const { size, path } = local
  const inTenant = { tenant_id: owner.tenant.id }
  const progress = showProgress(size)
  let breaking: Promise<void> | undefined
  const cut = new AbortController()
  let before = 0
  let after: number | undefined

  function breakOff(): Promise<void> {
    if (killAndRestart === undefined) {
      cut.abort(new TypeError('The tour cuts the connection'))
      return Promise.resolve()
    }
    return killAndRestart()
  }

  const client = createStrongroom({
    url: api.url,
    tokens: { access_token: owner.token },
    fetch: async (request) => {
      const offset = Number(request.headers.get('upload-offset') ?? 0)
      const isPiece = request.method === 'PATCH'
      if (isPiece && breaking === undefined) before = offset
      if (isPiece && breaking !== undefined) after ??= offset
      const signals = [request.signal, api.signal, ...(isPiece && after === undefined ? [cut.signal] : [])]
      return fetch(request, { signal: AbortSignal.any(signals) })
    }
  })
  const uploading = client.uploads.upload(inTenant.tenant_id, path, {
    filename: local.name,
    pieceSize: Math.ceil(size / PIECES),
    retries: 30,
    signal: api.signal,
    onProgress(sent) {
      progress.update(sent)
      if (sent > size / 2) breaking ??= breakOff()
    }
  })
  try {
    await Promise.all([uploading, uploading.then(() => breaking)])
  } finally {
    progress.stop()
  }
  const { id, document_id } = await uploading
  const as = api.as(owner.token)
  note(
    killAndRestart === undefined
      ? `The connection was cut after ${bytes(before)} had been saved.`
      : `The server was killed after ${bytes(before)} had been saved, and started again.`
  )
  exchange('PATCH', `/api/tenants/${owner.tenant.id}/uploads/${id}`, 204, { 'upload-offset': after })
  expect(after !== undefined && after >= before && after > 0, `the upload to resume at byte ${before}`, after)
  checked(`The upload resumed after ${bytes(after)} of ${bytes(size)}, not at the first byte.`)

  const { data: document } = await api.ok(
    as.GET('/api/tenants/{tenant_id}/documents/{document_id}', {
      params: { path: { ...inTenant, document_id } }
    }),
    200,
    ({ data: { id, filename } }) => ({ id, filename })
  )
  const { data: file } = await api.ok(
    as.GET('/api/tenants/{tenant_id}/files/{file_id}', {
      params: { path: { ...inTenant, file_id: document.file_id } }
    }),
    200,
    ({ data: { id, file_size, sha256 } }) => ({ id, file_size, sha256 })
  )
  expect(file.file_size === size, `file_size ${size}`, file.file_size)
  expect(file.sha256 === local.sha256, `sha256 ${local.sha256}`, file.sha256)
  checked('The server counted and hashed the same bytes.')
  return { document: { ...document, deduplicated: false, file }, local }
}
