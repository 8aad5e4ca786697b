import { StrongroomError, type Schemas } from '../../client/index.js'
import type { Api } from './api.js'
import { compareDownload } from './compare-download.js'
import { expect, UnexpectedError } from './expect.js'
import type { LocalFile } from './make-file.js'
import type { Owner } from './people.js'
import { bytes, checked, exchange } from './print.js'
import { showProgress, transfer } from './progress.js'

type Document = Schemas['Document']

/** A document, and the file it was made from. */
export interface Uploaded {
  document: Schemas['UploadedDocument']
  local: LocalFile
}

/** Files from this many bytes are transferred with a progress display. */
const LARGE = 1024 * 1024

/** Uploads a file and checks that the server counted and hashed the same bytes. */
export async function upload(
  api: Api,
  owner: Owner,
  local: LocalFile,
  as: { filename?: string; mimeType: string }
): Promise<Uploaded> {
  const path = `/api/tenants/${owner.tenant.id}/documents`
  const start = performance.now()
  const progress = local.size < LARGE ? undefined : showProgress(local.size)
  const document = await api
    .client(owner.token)
    .documents.upload(owner.tenant.id, local.path, {
      filename: local.name,
      ...as,
      onProgress: (sent) => progress?.update(sent)
    })
    .catch((error: unknown) => {
      if (!(error instanceof StrongroomError)) throw error
      const { status, code, message } = error
      throw new UnexpectedError(
        `expected: POST ${path} to answer 201\n  found:    ${status} ${code}: ${message}`
      )
    })
    .finally(() => progress?.stop())
  const { id, filename, deduplicated, file } = document
  exchange('POST', path, 201, {
    id,
    filename,
    deduplicated,
    file: { id: file.id, file_size: file.file_size, md5_hash: file.md5_hash }
  })
  if (progress) checked(transfer(local.size, performance.now() - start))

  expect(filename === (as.filename ?? local.name), 'the name that was given', filename)
  expect(file.file_size === local.size, `file_size ${local.size}`, file.file_size)
  expect(file.md5_hash === local.md5, `md5_hash ${local.md5}`, file.md5_hash)
  expect(file.sha256 === local.sha256, `sha256 ${local.sha256}`, file.sha256)
  checked('The server counted and hashed the same bytes (MD5 and SHA-256).')
  return { document, local }
}

/** Uploads the same bytes under another name, and checks that both documents share one file. */
export async function uploadAgain(
  api: Api,
  owner: Owner,
  first: Uploaded,
  filename: string
): Promise<Uploaded> {
  const { document, local } = await upload(api, owner, first.local, {
    filename,
    mimeType: first.document.mime_type
  })
  expect(document.deduplicated, 'deduplicated: true', document.deduplicated)
  expect(
    document.file.id === first.document.file.id,
    `file ${first.document.file.id} again`,
    document.file.id
  )
  checked('Two documents, one file: the bytes are kept once.')
  return { document, local }
}

/** Lists the documents and checks that they are exactly these. */
export async function list(api: Api, owner: Owner, expected: Uploaded[]): Promise<void> {
  const path = { tenant_id: owner.tenant.id }
  const sent = api.as(owner.token).GET('/api/tenants/{tenant_id}/documents', { params: { path } })
  const {
    data: { items }
  } = await api.ok(sent, 200, ({ data }) => ({
    total: data.pagination.total,
    items: data.items.map(({ filename }) => filename)
  }))
  const ids = (documents: Document[]) => documents.map(({ id }) => id).sort()
  const wanted = ids(expected.map(({ document }) => document))
  expect(ids(items).join() === wanted.join(), `the documents ${wanted.join(', ')}`, ids(items).join(', '))
  checked(
    expected.length === 0 ? 'The list is empty.' : `All ${expected.length} are there, and nothing else.`
  )
}

/** Requests a pre-signed URL. It works like a key, so it is not shown. */
export async function signDownload(api: Api, owner: Owner, document: Document): Promise<string> {
  const sent = api.as(owner.token).POST('/api/tenants/{tenant_id}/documents/{document_id}/download-url', {
    params: { path: { tenant_id: owner.tenant.id, document_id: document.id } }
  })
  const { data } = await api.ok(sent, 200, ({ data }) => ({ ...data, url: shortLink(data.url) }))
  return data.url
}

/** Follows the pre-signed URL, as a browser would, and compares every byte. */
export async function download(api: Api, owner: Owner, { document, local }: Uploaded): Promise<void> {
  const url = await signDownload(api, owner, document)
  const start = performance.now()
  const progress = local.size < LARGE ? undefined : showProgress(local.size)
  const { headers } = await compareDownload(url, local, api.signal, (done) => progress?.update(done)).finally(
    () => progress?.stop()
  )
  exchange('GET', shortLink(url), 200, {
    'content-type': headers.get('content-type'),
    'content-disposition': headers.get('content-disposition')
  })
  const speed = progress ? `: ${transfer(local.size, performance.now() - start)}` : ''
  checked(`All ${bytes(local.size)} of ${document.filename} came back, each byte the same${speed}.`)
}

/** A pre-signed URL in a form that may be shown: its location, without the signature. */
export function shortLink(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}/…/${pathname.slice(pathname.lastIndexOf('/') + 1)}?…`
}
