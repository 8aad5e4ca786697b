// Receives 512 MiB over a connection, in a heap of the API's size, and prints how often V8 collected all of it.
import assert from 'node:assert'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import {
  constants,
  PerformanceObserver,
  type NodeGCPerformanceDetail,
  type PerformanceEntry
} from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { collectLessOften } from '../../src/process.js'

const MIB = 1024 * 1024

collectLessOften()
const heap = Array.from({ length: 400_000 }, (_, n) => ({ n, list: [n] }))
assert(globalThis.gc, 'Run this with --expose-gc')
for (let n = 0; n < 10; n++) {
  globalThis.gc()
  // The observer below must not see these.
  await delay(20)
}
let collections = 0
new PerformanceObserver((list) => {
  for (const entry of list.getEntries() as (PerformanceEntry & { detail: NodeGCPerformanceDetail })[])
    if (entry.detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections += 1
}).observe({ entryTypes: ['gc'] })

const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
await once(server, 'listening')
const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
const block = Buffer.alloc(MIB)
for (let n = 0; n < 512; n++) if (!socket.write(block)) await once(socket, 'drain')
socket.end()
await once(socket, 'close')
server.close()
// The observer is told after the event.
await delay(20)
assert(heap.length > 0)
console.log(collections)
