import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3'

/** A new bucket on the S3 server that `npm run with-real-services` has started; undefined without one. */
export async function createBenchBucket(
  environment = process.env
): Promise<{ settings: Record<string, string>; remove: () => Promise<void> } | undefined> {
  const endpoint = environment['TEST_S3_ENDPOINT']
  if (endpoint === undefined || endpoint === '') return undefined
  const region = environment['TEST_S3_REGION'] ?? 'us-east-1'
  const accessKeyId = environment['TEST_S3_ACCESS_KEY_ID'] ?? ''
  const secretAccessKey = environment['TEST_S3_SECRET_ACCESS_KEY'] ?? ''
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  const Bucket = `strongroom-bench-${randomUUID()}`
  await client.send(new CreateBucketCommand({ Bucket }))
  return {
    settings: {
      STORAGE_DRIVER: 's3',
      S3_ENDPOINT: endpoint,
      S3_BUCKET: Bucket,
      S3_REGION: region,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: secretAccessKey,
      S3_FORCE_PATH_STYLE: 'true'
    },
    async remove() {
      // A bucket that is not empty cannot be deleted; it is removed with the server's data.
      await client.send(new DeleteBucketCommand({ Bucket })).catch(() => undefined)
      client.destroy()
    }
  }
}
