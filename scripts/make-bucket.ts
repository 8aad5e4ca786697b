/** Creates the bucket of the settings when it is missing: for S3 servers of one's own, as in compose.yaml. */
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { loadConfig, NEEDED, readEnvironment } from '../core/config/config.js'
import { runCommand, UsageError } from './operator/run.js'

await runCommand(async () => {
  const { storage } = loadConfig(readEnvironment(), NEEDED.bucket)
  if (storage.driver !== 's3')
    throw new UsageError(
      'The files are kept on disk: set S3_BUCKET and S3_ENDPOINT to keep them in a bucket.'
    )
  const { bucket: Bucket, endpoint, region, forcePathStyle, credentials } = storage
  const client = new S3Client({
    region,
    forcePathStyle,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials: { ...credentials } })
  })
  try {
    await client.send(new HeadBucketCommand({ Bucket }))
    console.log(`The bucket ${Bucket} is there.`)
  } catch (error) {
    if ((error as Error).name !== 'NotFound') throw error
    await client.send(new CreateBucketCommand({ Bucket }))
    console.log(`Created the bucket ${Bucket}.`)
  }
})
