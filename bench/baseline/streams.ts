/**
 * Uploads and downloads with plain node:http: uploads are hashed and go to the same storage driver; files are streamed.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DiskStorage } from '../../plugins/storage/disk.js'
import { announceReady, closeOnDisconnect } from '../../src/process.js'

const { DATA_DIR = '', JWT_SECRET = '' } = process.env
const storage = new DiskStorage({ root: DATA_DIR, signingSecrets: [JWT_SECRET], publicUrl: () => '' })
await storage.prepare()

const server = createServer((request, response) => {
  // A client that has disconnected needs no answer; any other failure makes the measurement fail.
  const giveUp = () => response.destroy()
  const key = String(request.url).slice(1)
  if (request.method === 'DELETE') {
    storage
      .delete(key)
      .then(() => response.end())
      .catch(giveUp)
  } else if (request.method === 'GET') {
    pipeline(createReadStream(join(DATA_DIR, key)), response).catch(giveUp)
  } else {
    const [md5, sha256] = [createHash('md5'), createHash('sha256')]
    async function* hashed() {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        md5.update(chunk)
        sha256.update(chunk)
        yield chunk
      }
    }
    storage
      .putStream(key, hashed())
      .then(() => response.end(JSON.stringify({ md5: md5.digest('hex'), sha256: sha256.digest('hex') })))
      .catch(giveUp)
  }
})
closeOnDisconnect({ close: () => process.exit() })
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number }
  announceReady(`http://127.0.0.1:${port}`)
})
