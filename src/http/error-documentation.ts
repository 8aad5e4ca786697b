import type { FastifyInstance } from 'fastify'
import type { ErrorCode } from '../../core/errors.js'
import { resource } from '../../plugins/resources.js'

/** Where clients read about an error; undefined if the operator has not said where clients reach the API. */
export function documentationUrl(
  app: Pick<FastifyInstance, 'getDecorator'>,
  code: ErrorCode
): string | undefined {
  const { publicUrl } = resource(app, 'config').http
  return publicUrl === undefined ? undefined : `${publicUrl}/errors#${code}`
}
