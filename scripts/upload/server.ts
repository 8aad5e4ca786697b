import { resolve } from 'node:path'
import type { StrongroomOptions } from '../../client/index.js'
import { readEnvironment } from '../../core/config/config.js'
import { UsageError } from '../operator/run.js'
import { readRuntime } from '../tour/find-server.js'

/** @throws {UsageError} if no server is named and none runs here */
export function serverUrl(named: string | undefined): string {
  const url =
    named ||
    process.env['STRONGROOM_URL'] ||
    readRuntime(resolve(readEnvironment()['DATA_DIR'] ?? '.data'))?.url
  if (url === undefined)
    throw new UsageError(
      'No server to upload to: name one by --url or STRONGROOM_URL, or first run `npm start`.'
    )
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new UsageError(`--url must be a URL such as https://documents.example.com, not "${url}"`)
  return url.replace(/(?<!\/)\/+$/, '')
}

/** @throws {UsageError} unless exactly one of the two variables is set */
export function credentials(): Pick<StrongroomOptions, 'apiKey' | 'tokens'> {
  const { STRONGROOM_KEY: key, STRONGROOM_TOKEN: token } = process.env
  if (key && token) throw new UsageError('Set either STRONGROOM_KEY or STRONGROOM_TOKEN.')
  if (key) return { apiKey: key.trim() }
  if (token) return { tokens: { access_token: token.trim() } }
  throw new UsageError(
    'Set STRONGROOM_KEY to a key of a service account with the scope documents:write, or STRONGROOM_TOKEN to an access token.'
  )
}
