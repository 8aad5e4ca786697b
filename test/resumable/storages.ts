import type { Test } from 'tap'
import { useRealServer, type S3Server } from '../helpers/s3-servers.js'

/**
 * Runs a test on a disk, and on the S3 server in TEST_S3_ENDPOINT. The in-process S3 servers do not list the parts of a
 * multipart upload.
 * @param test receives the settings of an installation
 */
export async function onEachStorage(
  t: Test,
  test: (t: Test, settings: Record<string, string>) => Promise<void>
): Promise<void> {
  await t.test('on a disk', (t) => test(t, {}))
  await onRealS3(t, test)
}

/** Runs a test only on the S3 server in TEST_S3_ENDPOINT. @param test also receives the settings of an installation */
export async function onRealS3(
  t: Test,
  test: (t: Test, settings: Record<string, string>, server: S3Server) => Promise<void>
): Promise<void> {
  const server = await useRealServer()
  if (server === undefined) {
    t.comment('!!! S3 IS NOT TESTED: set TEST_S3_ENDPOINT, as `npm run test:services` does')
    t.pass('there is no S3 server')
    return
  }
  const { endpoint, bucket, region, credentials } = server.options
  if (credentials === undefined || typeof credentials === 'function') throw new Error('The server needs keys')
  const settings = {
    STORAGE_DRIVER: 's3',
    S3_ENDPOINT: String(endpoint),
    S3_BUCKET: bucket,
    S3_REGION: region,
    S3_ACCESS_KEY_ID: credentials.accessKeyId,
    S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    S3_FORCE_PATH_STYLE: 'true'
  }
  try {
    await t.test('on S3', (t) => test(t, settings, server))
  } finally {
    await server.stop()
  }
}
