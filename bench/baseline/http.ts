/** What a careful engineer would write by hand for one table: Fastify, @fastify/jwt, postgres.js, and nothing else. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import jwt from '@fastify/jwt'
import multipart from '@fastify/multipart'
import Fastify from 'fastify'
import { announceReady, closeOnDisconnect } from '../../src/process.js'
import { connect } from './database.js'
import { answerOf, document, documentWithFile, user } from './schemas.js'

const { DATABASE_URL = '', JWT_SECRET = '', DATA_DIR = '', LOG_LEVEL = 'error' } = process.env
mkdirSync(DATA_DIR, { recursive: true })
const sql = connect(DATABASE_URL)
const app = Fastify({ logger: { level: LOG_LEVEL } })
await app.register(jwt, { secret: JWT_SECRET, verify: { algorithms: ['HS256'], cache: 10_000 } })
await app.register(multipart)
app.addHook('onRequest', async (request) => {
  await request.jwtVerify()
})

interface ById {
  Params: { id: string }
}

app.get<ById>('/users/:id', answerOf(user), async (request) => {
  const [row] = await sql`select id, email, first_name, last_name, is_active, created_at, updated_at
    from users where id = ${request.params.id}`
  return { success: true, data: row }
})

app.get<ById>('/documents/:id', answerOf(documentWithFile), async (request) => {
  const [row] =
    await sql`select d.id, d.filename, d.mime_type, d.file_id, d.user_id, d.on_behalf_of, d.external_id, d.folder,
      d.tags, d.metadata, d.revision, d.created_at, d.updated_at, f.md5_hash, f.sha256,
      f.file_size::float8 as file_size, f.s3_path, f.verified_at, f.verification, f.detected_type,
      f.revision as file_revision, f.created_at as file_created_at, f.updated_at as file_updated_at
    from documents d join files f on f.id = d.file_id where d.id = ${request.params.id}`
  if (row === undefined) throw new Error('not found')
  const {
    file_id: id,
    file_revision: revision,
    file_created_at: created_at,
    file_updated_at: updated_at
  } = row as Record<string, unknown>
  return { success: true, data: { ...row, file: { ...row, id, revision, created_at, updated_at } } }
})

app.get('/documents', answerOf({ type: 'array', items: document }), async () => {
  const rows = await sql`select id, filename, mime_type, file_id, user_id, on_behalf_of, external_id, folder,
      tags, metadata, revision, created_at, updated_at, (select count(*) from documents)::int as total
    from documents order by created_at desc, id desc limit 20 offset 0`
  return { success: true, data: rows }
})

app.put<ById & { Body: { filename: string } }>(
  '/documents/:id',
  {
    schema: {
      ...answerOf(document).schema,
      body: {
        type: 'object',
        required: ['filename'],
        properties: { filename: { type: 'string', maxLength: 255 } }
      }
    }
  },
  async (request) => {
    const { filename } = request.body
    const [row] = await sql`with changed as (
        update documents set filename = ${filename}, revision = revision + 1, updated_at = now()
        where id = ${request.params.id} returning *
      ), event as (
        insert into events (event_type, data) select 'document.updated', to_jsonb(changed) from changed
      ) select id, filename, mime_type, file_id, user_id, on_behalf_of, external_id, folder, tags, metadata,
        revision, created_at, updated_at from changed`
    return { success: true, data: row }
  }
)

app.post('/documents', answerOf(document), async (request) => {
  const part = await request.file()
  if (part === undefined) throw new Error('no file')
  const body = await part.toBuffer()
  const id = randomUUID()
  const md5 = createHash('md5').update(body).digest('hex')
  const path = join(DATA_DIR, id)
  const file = await open(path, 'wx')
  await file.writeFile(body)
  await file.sync()
  await file.close()
  const [row] = await sql`with stored as (
      insert into files (id, md5_hash, sha256, file_size, s3_path)
      values (${id}, ${md5}, ${'0'.repeat(64)}, ${body.length}, ${path}) returning id
    ) insert into documents (id, filename, mime_type, file_id, user_id)
    select ${id}, ${part.filename}, ${part.mimetype}, id, ${id} from stored
    returning id, filename, mime_type, file_id, user_id, on_behalf_of, external_id, folder, tags, metadata,
      revision, created_at, updated_at`
  return { success: true, data: row }
})

closeOnDisconnect({ close: () => process.exit() })
announceReady(await app.listen({ host: '127.0.0.1', port: 0 }))
