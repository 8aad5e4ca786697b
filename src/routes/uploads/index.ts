import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { settingsOf } from '../../http/settings.js'
import { speakTus } from '../../http/tus/index.js'
import { TUS_EXTENSIONS, TUS_VERSION } from '../../http/tus/headers.js'
import { CHECKSUM_ALGORITHMS } from '../../../core/checksum.js'
import { completeUpload } from './complete-upload.js'
import { createDirectUpload } from './create-direct-upload.js'
import { createUpload } from './create-upload.js'
import { deleteUpload } from './delete-upload.js'
import { getUpload } from './get-upload.js'
import { listUploadParts } from './list-upload-parts.js'
import { uploadPosition } from './upload-position.js'
import { writeUpload } from './write-upload.js'

/** Uploads in pieces: resumable ones by tus 1.0, and direct ones to the storage. */
export const uploadRoutes: FastifyPluginAsyncTypebox = async (app) => {
  speakTus(app)
  await app.register(getUpload)
  await app.register(uploadPosition)
  await app.register(deleteUpload)
  await app.register(createDirectUpload)
  await app.register(listUploadParts)
  await app.register(completeUpload)
  await app.register(async (streams) => {
    // In this scope every body is a stream, whatever its type.
    streams.removeAllContentTypeParsers()
    streams.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    const validate = streams.validatorCompiler
    streams.setValidatorCompiler((route) =>
      route.httpPart === 'body' || !validate ? () => true : validate(route)
    )
    await streams.register(createUpload)
    await streams.register(writeUpload)
  })
}

/** Tells anyone what the server supports. */
export const uploadOptions: FastifyPluginAsyncTypebox = async (app) => {
  const { maxResumableBytes } = settingsOf(app).upload
  const capabilities = {
    'tus-resumable': TUS_VERSION,
    'tus-version': TUS_VERSION,
    'tus-extension': TUS_EXTENSIONS,
    'tus-max-size': String(maxResumableBytes),
    'tus-checksum-algorithm': [...CHECKSUM_ALGORITHMS.keys()].join(',')
  }
  // A hook, since the CORS plugin may be what answers.
  app.addHook('onSend', (_request, reply, payload, done) => {
    void reply.headers(capabilities)
    done(null, payload)
  })
  const route = { schema: { hide: true }, config: { scope: 'public' as const, answersOptions: true } }
  for (const path of ['/', '/:upload_id'])
    app.options(path, route, async (_request, reply) => reply.code(204).send())
}
