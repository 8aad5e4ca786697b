// Needs a process of its own: it measures memory.
import t, { type Test } from 'tap'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { createS3Storage } from '../../plugins/storage/s3.js'
import { startS3Front } from '../helpers/s3-front.js'
import {
  adminClient,
  startFauxqsServer,
  startS3rver,
  useRealServer,
  type S3Server
} from '../helpers/s3-servers.js'
import { storageContract } from './contract.js'

function harness(t: Test, server: S3Server) {
  const storage = createS3Storage(server.options)
  // Nothing listens on port 1, so connections are refused at once.
  const unreachable = createS3Storage({ ...server.options, endpoint: 'http://127.0.0.1:1' })
  t.teardown(async () => {
    storage.close()
    unreachable.close()
    await server.stop()
  })
  return { storage, unreachable }
}

const fauxqs = { ignoresResponseHeaders: true, inMemory: true, ownOrder: true }

storageContract(t, 'fauxqs', async (t) => harness(t, await startFauxqsServer()), fauxqs)

storageContract(
  t,
  'fauxqs behind a front that lists uploads',
  async (t) => {
    const front = await startS3Front(await startFauxqsServer())
    const leftovers = async (key: string) =>
      [...front.uploads].filter(([, of]) => of === key).map(([id]) => id)
    return { ...harness(t, front), leftovers }
  },
  fauxqs
)

storageContract(t, 's3rver', async (t) => harness(t, await startS3rver()), {
  noFirstByte: true,
  ownOrder: true,
  plainNamesOnly: true
})

const real = await useRealServer()
if (real !== undefined) {
  storageContract(t, 'the server of TEST_S3_ENDPOINT', async (t) => {
    const client = adminClient(real.options)
    t.teardown(() => client.destroy())
    const leftovers = async (key: string) => {
      const list = new ListMultipartUploadsCommand({ Bucket: real.options.bucket, Prefix: key })
      const { Uploads = [] } = await client.send(list)
      return Uploads.map(({ UploadId }) => String(UploadId))
    }
    return { ...harness(t, real), leftovers }
  })
}
