import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type postgres from 'postgres'
import type { Test } from 'tap'
import {
  createTenant,
  signUp,
  startApi,
  type Answer,
  type App,
  type TestDocument,
  type TestTenant,
  type UserClient
} from '../helpers/api.js'
import { codeOf } from '../../db/error-codes.js'
import { createInstallation, type Installation } from '../helpers/installation.js'
import { committedEvents } from '../helpers/committed-events.js'

/** An API with one tenant and its admin, and access to what an upload leaves behind. */
export interface Uploads {
  installation: Installation
  app: App
  url: string
  admin: UserClient
  tenant: TestTenant
  /** The path of uploads. */
  path: string
  /** A connection to the tenant's tables. */
  db: postgres.Sql
  /** All files below the storage folder, finished or not. */
  objects: () => Promise<string[]>
  /** Asserts that `work` adds no document, file, event or object, and reserves no key. */
  leavesNothing: <T>(t: Test, what: string, work: () => Promise<T>) => Promise<T>
  /** Uploads a prepared body of any content type. */
  post: (
    body: NonNullable<RequestInit['body']> | null,
    headers?: Record<string, string>,
    query?: string
  ) => Promise<Answer<TestDocument>>
}

/** Keeps events after delivery, so that they can be counted. */
export async function startUploads(
  t: Test,
  settings: Record<string, string> = {},
  logger?: FastifyBaseLogger
): Promise<Uploads> {
  const installation = await createInstallation(t, { ...settings })
  const { app, url } = await startApi(t, installation.config, logger)
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  const db = installation.tenantSql(tenant.database_name)
  const path = `/api/tenants/${tenant.id}/documents`
  const objects = () => objectsBelow(join(installation.config.dataDir, 'objects'))
  const state = async () => {
    const [rows] = await db<{ files: string; documents: string; events: string; uploading: string }[]>`
      select (select count(*) from files) as files, (select count(*) from documents) as documents,
        (select count(*) from ${committedEvents(db)}) as events,
        (select count(*) from pending_objects where state <> 'delete') as uploading`
    return { ...rows, objects: await objects() }
  }
  return {
    installation,
    app,
    url,
    admin,
    tenant,
    path,
    db,
    objects,
    async leavesNothing(t, what, work) {
      const before = await state()
      const result = await work()
      t.same(await state(), before, `${what}: nothing is left`)
      return result
    },
    post: (body, headers = {}, query = '') =>
      admin.request<TestDocument>('POST', path + query, { body, headers, duplex: 'half' })
  }
}

async function objectsBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    // Deletions remove empty folders meanwhile.
    if (codeOf(error) === 'ENOENT') return existsSync(root) ? undefined : []
    throw error
  })
  if (entries === undefined) return objectsBelow(root)
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

export interface Part {
  name?: string
  filename?: string
  type?: string
  body: string | Buffer
}

export const BOUNDARY = 'a-boundary-of-the-tests'
export const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }

/** Builds a multipart body by hand, for what FormData cannot express. `end` follows the last part. */
export function multipart(parts: Part[], end = `\r\n--${BOUNDARY}--\r\n`): Buffer {
  const chunks = parts.flatMap(({ name, filename, type, body }, index) => [
    `${index === 0 ? '' : '\r\n'}--${BOUNDARY}\r\ncontent-disposition: form-data`,
    name === undefined ? '' : `; name="${name}"`,
    filename === undefined ? '' : `; filename="${filename}"`,
    type === undefined ? '' : `\r\ncontent-type: ${type}`,
    '\r\n\r\n',
    body
  ])
  return Buffer.concat([...chunks, end].map((chunk) => Buffer.from(chunk)))
}

export const md5 = (content: Buffer | string) => createHash('md5').update(content).digest('hex')
export const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex')
