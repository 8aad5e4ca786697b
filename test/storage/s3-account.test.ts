import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client
} from '@aws-sdk/client-s3'
import t from 'tap'
import { startS3Server } from '../../scripts/real/s3-server.js'
import { requireTool } from '../helpers/tools.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'

const program = requireTool(t, ['versitygw'], process.env['TEST_S3_PROGRAM'])
const server = await startS3Server(program, temporaryDataDir(t))
t.teardown(() => server.stop())
const endpoint = String(server.environment['TEST_S3_ENDPOINT'])
const [BUCKET, OTHER] = ['strongroom', 'somebody-else']

function client(accessKeyId: string, secretAccessKey: string): S3Client {
  const made = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey }
  })
  t.teardown(() => made.destroy())
  return made
}
const rootKey = String(server.environment['TEST_S3_ACCESS_KEY_ID'])
const rootSecret = String(server.environment['TEST_S3_SECRET_ACCESS_KEY'])
const root = client(rootKey, rootSecret)

/** Runs docker/s3-setup.sh as the container of compose.yaml does. */
const setUp = (secret: string) =>
  promisify(execFile)('sh', ['docker/s3-setup.sh'], {
    env: {
      PATH: `${dirname(program)}:${process.env['PATH'] ?? ''}`,
      ADMIN_ENDPOINT_URL: endpoint,
      ADMIN_ACCESS_KEY_ID: rootKey,
      ADMIN_SECRET_ACCESS_KEY: rootSecret,
      S3_BUCKET: BUCKET,
      S3_ACCESS_KEY_ID: 'application',
      S3_SECRET_ACCESS_KEY: secret
    }
  })

void t.test('the account has access to its bucket and no other rights', async (t) => {
  await root.send(new CreateBucketCommand({ Bucket: OTHER }))
  await root.send(new PutObjectCommand({ Bucket: OTHER, Key: 'a', Body: 'not yours' }))
  t.match((await setUp('first-secret')).stdout, 'belongs to the account application')
  t.match(
    (await setUp('second-secret')).stdout,
    'belongs to the account application',
    'a second run sets another secret'
  )

  const old = client('application', 'first-secret')
  await t.rejects(old.send(new ListObjectsV2Command({ Bucket: BUCKET })), { name: 'SignatureDoesNotMatch' })
  const own = client('application', 'second-secret')
  await own.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a', Body: 'mine' }))
  const { Body } = await own.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a' }))
  t.equal(await Body?.transformToString(), 'mine')
  t.equal((await own.send(new ListObjectsV2Command({ Bucket: BUCKET }))).KeyCount, 1)

  const denied = { name: 'AccessDenied' }
  await t.rejects(own.send(new GetObjectCommand({ Bucket: OTHER, Key: 'a' })), denied)
  await t.rejects(own.send(new PutObjectCommand({ Bucket: OTHER, Key: 'b', Body: 'x' })), denied)
  await t.rejects(own.send(new ListObjectsV2Command({ Bucket: OTHER })), denied)
  await t.rejects(own.send(new CreateBucketCommand({ Bucket: 'another-one' })), denied)
  const { Buckets = [] } = await own.send(new ListBucketsCommand({}))
  t.same(
    Buckets.map(({ Name }) => Name),
    [BUCKET]
  )
})
