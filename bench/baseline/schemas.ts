const text = { type: 'string' } as const
const maybe = { type: 'string', nullable: true } as const

const objectOf = (properties: Record<string, object>) => ({ type: 'object', properties }) as const

export const user = objectOf({
  ...{ id: text, email: text, first_name: text, last_name: text },
  ...{ is_active: { type: 'boolean' }, created_at: text, updated_at: text }
})

const documentProperties = {
  ...{ id: text, filename: text, mime_type: text, file_id: text, user_id: text, on_behalf_of: maybe },
  ...{ external_id: maybe, folder: text, tags: { type: 'array', items: text } },
  metadata: { type: 'object', additionalProperties: true },
  ...{ revision: { type: 'integer' }, created_at: text, updated_at: text }
}
export const document = objectOf(documentProperties)

export const documentWithFile = objectOf({
  ...documentProperties,
  file: objectOf({
    ...{ id: text, md5_hash: text, sha256: text, file_size: { type: 'number' }, s3_path: text },
    ...{ verified_at: maybe, verification: maybe, detected_type: maybe, revision: { type: 'integer' } },
    ...{ created_at: text, updated_at: text }
  })
})

/** Fastify compiles this schema to a serialiser, to which it owes much of its speed. */
export const answerOf = (data: object) => ({
  schema: { response: { 200: objectOf({ success: { type: 'boolean' }, data }) } }
})
