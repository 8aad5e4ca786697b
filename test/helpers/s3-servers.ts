import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand } from '@aws-sdk/client-s3'
import { ListMultipartUploadsCommand, AbortMultipartUploadCommand } from '@aws-sdk/client-s3'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { startFauxqs } from 'fauxqs'
import type { S3Options } from '../../plugins/storage/s3.js'

/** A running server with an empty bucket. */
export interface S3Server {
  options: S3Options
  stop(): Promise<void>
}

const BUCKET = 'strongroom-test'

function optionsFor(endpoint: string, secretAccessKey: string): S3Options {
  const credentials = { accessKeyId: secretAccessKey, secretAccessKey }
  const where = { endpoint, publicEndpoint: endpoint, region: 'us-east-1', bucket: BUCKET }
  return { driver: 's3', ...where, credentials, forcePathStyle: true }
}

/** An in-memory server that checks no signature, lists no multipart uploads, and ignores response-content-*. */
export async function startFauxqsServer(): Promise<S3Server> {
  const server = await startFauxqs({ port: 0, logger: false })
  server.createBucket(BUCKET)
  return { options: optionsFor(`http://127.0.0.1:${server.port}`, 'fauxqs'), stop: () => server.stop() }
}

interface KoaContext {
  path: string
  app: object
}
interface S3rver {
  middleware: ((context: KoaContext, next: () => Promise<void>) => Promise<void>)[]
  run(): Promise<{ port: number }>
  close(): Promise<void>
  httpServer: { closeAllConnections(): void }
}
type S3rverConstructor = new (options: Record<string, unknown>) => S3rver

/** A server that keeps objects on disk and verifies signatures, but can neither abort nor list multipart uploads. */
export async function startS3rver(): Promise<S3Server> {
  // The package has no types.
  const S3rver = createRequire(import.meta.url)('@20minutes/s3rver') as S3rverConstructor
  const directory = await mkdtemp(join(tmpdir(), 'strongroom-s3rver-'))
  const where = { address: '127.0.0.1', port: 0, directory, vhostBuckets: false }
  const server = new S3rver({ ...where, silent: true, configureBuckets: [{ name: BUCKET }] })
  // Its signatures differ from S3's for requests on the bucket itself, whose path the SDK ends with a slash.
  server.middleware.unshift(async (context, next) => {
    if (context.path === `/${BUCKET}/`)
      context.app = Object.create(context.app, { allowMismatchedSignatures: { value: true } }) as object
    await next()
  })
  const { port } = await server.run()
  return {
    options: optionsFor(`http://127.0.0.1:${port}`, 'S3RVER'),
    async stop() {
      server.httpServer.closeAllConnections()
      await server.close()
      await rm(directory, { recursive: true, force: true })
    }
  }
}

/** A new bucket on the server in TEST_S3_ENDPOINT; undefined without that setting. */
export async function useRealServer(environment = process.env): Promise<S3Server | undefined> {
  const endpoint = environment['TEST_S3_ENDPOINT']
  if (endpoint === undefined || endpoint === '') return undefined
  const options: S3Options = {
    ...optionsFor(endpoint, ''),
    region: environment['TEST_S3_REGION'] ?? 'us-east-1',
    bucket: `strongroom-test-${randomUUID()}`,
    credentials: {
      accessKeyId: environment['TEST_S3_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['TEST_S3_SECRET_ACCESS_KEY'] ?? ''
    }
  }
  const client = adminClient(options)
  await client.send(new CreateBucketCommand({ Bucket: options.bucket }))
  return {
    options,
    async stop() {
      await emptyBucket(client, options.bucket)
      await client.send(new DeleteBucketCommand({ Bucket: options.bucket }))
      client.destroy()
    }
  }
}

/** A plain S3 client that bypasses the driver. The caller must destroy it. */
export function adminClient({ endpoint, region, credentials }: S3Options): S3Client {
  return new S3Client({
    region,
    forcePathStyle: true,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED'
  })
}

async function emptyBucket(client: S3Client, Bucket: string): Promise<void> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
  for (const { Key, UploadId } of Uploads) {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
  }
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
  for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket, Key }))
}
