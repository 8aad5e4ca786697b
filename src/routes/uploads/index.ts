import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { settingsOf } from '../../http/settings.js'
import { speakTus } from '../../http/tus/index.js'
import { TUS_EXTENSIONS, TUS_VERSION } from '../../http/tus/headers.js'
import { CHECKSUM_ALGORITHMS } from '../../../core/checksum.js'
import { createUpload } from './create-upload.js'
import { deleteUpload } from './delete-upload.js'
import { getUpload } from './get-upload.js'
import { uploadPosition } from './upload-position.js'
import { writeUpload } from './write-upload.js'

/** Resumable uploads by tus 1.0. */
export const uploadRoutes: FastifyPluginAsyncTypebox = async (app) => {
  speakTus(app)
  await app.register(getUpload)
  await app.register(uploadPosition)
  await app.register(deleteUpload)
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

/** What the server can do, for anyone. */
export const uploadOptions: FastifyPluginAsyncTypebox = async (app) => {
  const { maxResumableBytes } = settingsOf(app).upload
  const capabilities = {
    'tus-resumable': TUS_VERSION,
    'tus-version': TUS_VERSION,
    'tus-extension': TUS_EXTENSIONS,
    'tus-max-size': String(maxResumableBytes),
    'tus-checksum-algorithm': [...CHECKSUM_ALGORITHMS.keys()].join(',')
  }
  // The answer may be that of CORS.
  app.addHook('onSend', (_request, reply, payload, done) => {
    void reply.headers(capabilities)
    done(null, payload)
  })
  const route = { schema: { hide: true }, config: { scope: 'public' as const, answersOptions: true } }
  for (const path of ['/', '/:upload_id'])
    app.options(path, route, async (_request, reply) => reply.code(204).send())
}
