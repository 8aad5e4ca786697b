/** Hashes content that arrives in blocks from `hash-threads.ts`, many files at a time. */
import { getPriority, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { createDigests } from './digests.js'
import type { Hashed, ToHash } from './hash-threads.js'

/** Below the event loop's priority, so that other requests get a processor while uploads keep all of them busy. */
const NICENESS = 10

// On Linux only, this sets the priority of the calling thread, not of the process.
// https://man7.org/linux/man-pages/man2/setpriority.2.html, "C library/kernel differences"
if (process.platform === 'linux' && getPriority() < NICENESS) setPriority(NICENESS)

const contents = new Map<number, ReturnType<typeof createDigests>>()

parentPort?.on('message', ({ id, bytes, last }: ToHash) => {
  if (bytes === undefined) {
    contents.delete(id)
    return
  }
  let digests = contents.get(id)
  if (digests === undefined) contents.set(id, (digests = createDigests()))
  digests.update(bytes)
  const hashed: Hashed = { id, block: bytes.buffer }
  if (last === true) {
    hashed.content = digests.digest()
    contents.delete(id)
  }
  parentPort?.postMessage(hashed, [hashed.block])
})
