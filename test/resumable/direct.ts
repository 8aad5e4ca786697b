import type { Client } from '../helpers/api.js'
import type { Tus } from './tus.js'

export interface Part {
  number: number
  size: number
  stored: boolean
  url: string
}

/** A client for direct uploads of one user in one tenant. */
export class Direct {
  readonly path: string

  constructor(
    readonly client: Client,
    tenantId: string
  ) {
    this.path = `/api/tenants/${tenantId}/uploads`
  }

  create(length: number, fields: object = {}, headers: Record<string, string> = {}) {
    return this.client.request<{ id: string; part_size: number; parts_total: number; expires_at: string }>(
      'POST',
      `${this.path}/direct`,
      {
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ filename: 'a.bin', length, ...fields })
      }
    )
  }

  /** Creates an upload. @returns its path */
  async created(length: number, fields: object = {}): Promise<string> {
    const { status, body } = await this.create(length, fields)
    if (status !== 201) throw new Error(`no upload: ${status} ${JSON.stringify(body)}`)
    return `${this.path}/${body.data.id}`
  }

  parts(path: string, query = '') {
    return this.client.get<{ parts_total: number; expires_at: string; parts: Part[] }>(
      `${path}/parts${query}`
    )
  }

  /** The parts of a short upload. */
  async partsOf(path: string): Promise<Part[]> {
    const { status, body } = await this.parts(path)
    if (status !== 200) throw new Error(`no parts: ${status} ${JSON.stringify(body)}`)
    return body.data.parts
  }

  complete = (path: string) => this.client.request('POST', `${path}/complete`)
}

/** Sends a part as any S3 client does. @returns whether the storage accepted it */
export async function put(url: string, body: Uint8Array): Promise<boolean> {
  // A refusal may end the connection before everything is sent.
  const answer = await fetch(url, { method: 'PUT', body }).catch(() => undefined)
  return answer?.status === 200
}

/** Sends all parts of an upload that are not stored yet. */
export async function putAll(parts: Part[], bytes: Buffer, partSize: number): Promise<void> {
  for (const { number, size, stored, url } of parts) {
    if (stored) continue
    const start = (number - 1) * partSize
    if (!(await put(url, bytes.subarray(start, start + size)))) throw new Error(`part ${number}`)
  }
}

export const stateOf = async (tus: Tus, path: string): Promise<unknown> => (await tus.get(path))['state']
