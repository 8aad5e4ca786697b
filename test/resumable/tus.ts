import { createHash, randomBytes } from 'node:crypto'
import type { Client } from '../helpers/api.js'

export const MIB = 1024 * 1024
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
/** Random bytes, so that tests share no content. */
export const content = (size: number): Buffer => randomBytes(size)

/** Encodes pairs as Upload-Metadata. */
export const metadata = (pairs: Record<string, string>): string =>
  Object.entries(pairs)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',')

type Headers = Record<string, string>

/** A client for resumable uploads of one user in one tenant, one request at a time. */
export class Tus {
  readonly path: string

  constructor(
    readonly client: Client,
    readonly tenantId: string,
    readonly url = client.url
  ) {
    this.path = `/api/tenants/${tenantId}/uploads`
  }

  async request(method: string, path: string, headers: Headers = {}, body?: Buffer | ReadableStream) {
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${String(this.client.token)}`, 'tus-resumable': '1.0.0', ...headers },
      ...(body !== undefined && { body, duplex: 'half' })
    })
    const text = await response.text()
    const { error, data } = (text === '' ? {} : JSON.parse(text)) as {
      error?: { code: string }
      data?: Record<string, unknown>
    }
    const { status } = response
    const answered: Record<string, string | undefined> = Object.fromEntries(response.headers)
    return { status, headers: answered, code: error?.code, data, at: answered['upload-offset'] }
  }

  /** @returns the answer to a creation */
  create(length: number | undefined, headers: Headers = {}, body?: Buffer) {
    return this.request(
      'POST',
      this.path,
      {
        ...(length === undefined ? { 'upload-defer-length': '1' } : { 'upload-length': String(length) }),
        'upload-metadata': metadata({ filename: 'a.bin' }),
        ...(body !== undefined && { 'content-type': 'application/offset+octet-stream' }),
        ...headers
      },
      body
    )
  }

  /** Creates an upload. @returns its path */
  async created(length: number | undefined, headers: Headers = {}): Promise<string> {
    const answer = await this.create(length, headers)
    const { location } = answer.headers
    if (answer.status !== 201 || location === undefined)
      throw new Error(`no upload: ${answer.status} ${answer.code}`)
    return location
  }

  patch(path: string, offset: number, body: Buffer | ReadableStream, headers: Headers = {}) {
    return this.request(
      'PATCH',
      path,
      { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), ...headers },
      body
    )
  }

  head = (path: string) => this.request('HEAD', path)
  get = async (path: string) => (await this.request('GET', path)).data ?? {}

  /** The bytes of a document. */
  async download(documentId: string): Promise<Buffer> {
    const path = `${this.url}/api/tenants/${this.tenantId}/documents/${documentId}/content`
    const response = await fetch(path, { headers: { authorization: `Bearer ${String(this.client.token)}` } })
    return Buffer.from(await response.arrayBuffer())
  }
}
