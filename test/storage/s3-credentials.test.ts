// Needs a process of its own: it sets environment variables.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { createS3Storage } from '../../plugins/storage/s3.js'
import { startS3rver } from '../helpers/s3-servers.js'
import { newKey, streamOf } from './bytes.js'

/**
 * Serves credentials as ECS and EKS do to a container with a role.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @param lifetimes seconds for which each answer is valid; the last one is repeated
 */
async function startCredentialsEndpoint(lifetimes: number[]) {
  const seen: (string | undefined)[] = []
  const server = createServer((request, response) => {
    const lifetime = lifetimes[Math.min(seen.length, lifetimes.length - 1)] ?? 0
    seen.push(request.headers.authorization)
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        AccessKeyId: 'S3RVER',
        SecretAccessKey: 'S3RVER',
        Token: `session-${seen.length}`,
        Expiration: new Date(Date.now() + lifetime * 1000).toISOString()
      })
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/role` }
}

void t.test("without keys in the settings, the role's credentials are used and renewed", async (t) => {
  const s3 = await startS3rver()
  t.teardown(() => s3.stop())
  // The first credentials expire almost at once, so the next request must fetch new ones.
  const { seen, url } = await startCredentialsEndpoint([1, 3600])
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('AWS_')))
    Reflect.deleteProperty(process.env, name)
  Object.assign(process.env, {
    HOME: '/nonexistent',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'of the container'
  })

  const storage = createS3Storage({ ...s3.options, credentials: undefined })
  t.teardown(() => storage.close())
  const key = newKey()
  await storage.putStream(key, streamOf(10))
  const { size } = (await storage.stat(key)) ?? {}
  t.equal(size, 10, 'the server has checked the signatures')
  t.same([...new Set(seen)], ['of the container'])

  const link = { filename: 'a', mimeType: 'text/plain', disposition: 'inline', expiresIn: 60 } as const
  const signed = await storage.signDownload(key, link)
  t.match(new URL(signed).searchParams.get('X-Amz-Security-Token'), /^session-[2-9]$/)
  const asked = seen.length
  await storage.signDownload(key, link)
  await storage.stat(key)
  t.equal(seen.length, asked, 'neither client fetches valid credentials again')
  const answer = await fetch(signed)
  t.equal(answer.status, 200)
  t.equal((await text(answer.body as never)).length, 10)
  await storage.delete(key)
})
