import { setTimeout as sleep } from 'node:timers/promises'
import { createDiskStorage } from '../../plugins/storage/disk.js'
import { MIB, streamOf } from './bytes.js'

/** A process to be killed in the middle of an upload: prints a line as soon as bytes are on the disk. */
const [root, key] = process.argv.slice(2)
if (root === undefined || key === undefined) throw new Error('Usage: endless-upload.ts ROOT KEY')

async function* endless() {
  yield* streamOf(4 * MIB)
  console.log('writing')
  // Not really endless, in case no process is left to kill it.
  yield* streamOf(200 * MIB)
  await sleep(60_000)
  throw new Error('Was not killed')
}

const storage = createDiskStorage({
  root,
  signingSecrets: ['x'.repeat(32)],
  publicUrl: () => 'http://localhost'
})
await storage.putStream(key, endless())
