import type { FastifyInstance } from 'fastify'
import type { ErrorCode } from '../../core/errors.js'
import { resource } from '../../plugins/resources.js'

/** The URL of the page that explains an error; undefined if PUBLIC_URL is not set. */
export function documentationUrl(
  app: Pick<FastifyInstance, 'getDecorator'>,
  code: ErrorCode
): string | undefined {
  const { publicUrl } = resource(app, 'config').http
  return publicUrl === undefined ? undefined : `${publicUrl}/errors#${code}`
}
