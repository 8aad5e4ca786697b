import t from 'tap'
import { AppError } from '../../core/errors.js'
import { createAssignmentWork, type WorkOptions } from '../../plugins/messaging/assignment-work.js'
import { InvalidEventError } from '../../plugins/messaging/event.js'
import type { IncomingMessage } from '../../plugins/messaging/incoming-message.js'
import { createGate, silent, until } from './brokers.js'

const RETRY = { attempts: 3, baseMs: 1, maxMs: 4, timeoutMs: 60_000, outageMs: 0 }
const message = (offset: number, key: string | null = `k${offset}`, partition = 0): IncomingMessage => ({
  topic: 'a',
  partition,
  offset,
  key,
  value: null,
  headers: {},
  timestamp: 0
})

/** Work whose handlers wait until the test releases them, and a record of what happened. */
function startWork(options: Partial<WorkOptions> = {}) {
  const started: number[] = []
  const stored: [number, number][] = []
  const outcomes: [number, string][] = []
  const gates = new Map<number, ReturnType<typeof createGate>>()
  const work = createAssignmentWork({
    concurrency: 3,
    retry: RETRY,
    handle: async ({ offset }) => {
      started.push(offset)
      const gate = createGate()
      gates.set(offset, gate)
      await gate.opened
    },
    deadLetter: async () => true,
    store: (_topic, partition, offset) => stored.push([partition, offset]),
    onDone: ({ offset }, outcome) => outcomes.push([offset, outcome]),
    logger: silent,
    ...options
  })
  const pass = (offset: number) => gates.get(offset)?.open()
  return { work, started, stored, outcomes, pass }
}

t.test('messages of one key run serially, several keys in parallel up to the limit', async (t) => {
  const { work, started, pass } = startWork()
  for (const [offset, key] of ['a', 'a', 'b', 'c', 'd'].entries()) work.add(message(offset, key))
  await until(() => started.length === 3)
  t.same(started, [0, 2, 3], 'the first message of each of three keys')
  pass(2)
  await until(() => started.length === 4)
  t.same(started.at(-1), 4, 'the next key; the second message of the first waits for its predecessor')
  pass(0)
  await until(() => started.length === 5)
  t.same(started.at(-1), 1)
  for (const offset of [1, 3, 4]) pass(offset)
  await until(() => work.pending() === 0)
})

t.test(
  'messages whose order does not matter are handled at once, but their offsets stored in order',
  async (t) => {
    const { work, started, stored, pass } = startWork({ anyOrder: new Set(['a']) })
    for (let offset = 0; offset < 6; offset++) work.add(message(offset, 'one key'))
    await until(() => started.length === 6)
    for (const offset of [5, 4, 3, 2, 1]) pass(offset)
    await until(() => work.pending() === 1)
    t.same(stored, [])
    pass(0)
    await until(() => work.pending() === 0)
    t.same(stored, [[0, 6]])
  }
)

t.test('the same key in another partition is handled independently', async (t) => {
  const { work, started, pass } = startWork()
  work.add(message(0, 'a', 0))
  work.add(message(1, 'a', 1))
  await until(() => started.length === 2)
  pass(0)
  pass(1)
  await until(() => work.pending() === 0)
  t.same(started, [0, 1])
})

t.test('an offset is stored only when everything before it is done', async (t) => {
  const { work, started, stored, outcomes, pass } = startWork()
  for (const offset of [10, 11, 14]) work.add(message(offset))
  await until(() => started.length === 3)
  pass(14)
  pass(11)
  await until(() => outcomes.length === 2)
  t.same(stored, [])
  pass(10)
  await until(() => work.pending() === 0)
  t.same(stored, [[0, 15]], 'then up to the end, gaps included')
})

t.test('partitions progress independently', async (t) => {
  const { work, started, stored, pass } = startWork()
  work.add(message(1, 'a', 0))
  work.add(message(2, 'b', 1))
  await until(() => started.length === 2)
  pass(2)
  await until(() => work.pending() === 1)
  t.same(stored, [[1, 3]])
  pass(1)
  await until(() => work.pending() === 0)
})

t.test('a failing message is retried, then set aside; its offset is stored only after that', async (t) => {
  let attempts = 0
  const refusals = createGate()
  const asked: unknown[] = []
  const { work, stored, outcomes } = startWork({
    handle: async () => {
      throw new Error(`attempt ${++attempts}`)
    },
    deadLetter: async (_message, error) => {
      asked.push(error)
      if (asked.length === 1) return false
      if (asked.length === 2) throw new Error('no broker')
      await refusals.opened
      return true
    }
  })
  work.add(message(5))
  await until(() => asked.length === 3)
  t.equal(attempts, RETRY.attempts)
  t.match(asked[0], { message: 'attempt 3' }, 'with the last error')
  t.same(stored, [], 'not before the dead letter is safe')
  refusals.open()
  await until(() => work.pending() === 0)
  t.same(stored, [[0, 6]])
  t.same(outcomes, [[5, 'dead_lettered']])
})

t.test('a message that fails permanently is set aside at once', async (t) => {
  let attempts = 0
  const { work, outcomes } = startWork({
    handle: async () => {
      attempts++
      throw new InvalidEventError('not JSON')
    }
  })
  work.add(message(0))
  await until(() => work.pending() === 0)
  t.equal(attempts, 1)
  t.same(outcomes, [[0, 'dead_lettered']])
})

t.test('a key continues while its dead letter is being published; the offset does not', async (t) => {
  const published = createGate()
  const handled: number[] = []
  const { work, stored, outcomes } = startWork({
    handle: async ({ offset }) => {
      if (offset === 0) throw new InvalidEventError('not JSON')
      handled.push(offset)
    },
    deadLetter: async () => {
      await published.opened
      return true
    }
  })
  work.add(message(0, 'a'))
  work.add(message(1, 'a'))
  await until(() => handled.length === 1)
  t.same(stored, [])
  published.open()
  await until(() => work.pending() === 0)
  t.same(stored, [[0, 2]])
  t.same(outcomes, [
    [1, 'handled'],
    [0, 'dead_lettered']
  ])
})

t.test(
  'a poison message takes no slot while it waits for a retry, and does not stop other keys',
  async (t) => {
    let poisoned = 0
    const handled: number[] = []
    const { work, stored } = startWork({
      concurrency: 1,
      retry: { ...RETRY, baseMs: 1_000_000, maxMs: 1_000_000 },
      handle: async ({ offset }) => {
        if (offset === 0) {
          poisoned++
          throw new Error('poison')
        }
        handled.push(offset)
      }
    })
    for (const offset of [0, 1, 2, 3]) work.add(message(offset))
    await until(() => handled.length === 3)
    t.equal(poisoned, 1)
    t.same(stored, [], 'the offset cannot pass it yet')
    await work.end(1_000)
  }
)

t.test('attempts do not count while a dependency is down, for a limited time', async (t) => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  for (const error of [refused, new AppError('TENANT_MOVING'), new AppError('STORAGE_UNAVAILABLE')]) {
    let attempts = 0
    const failing = async () => {
      if (++attempts < 10) throw error
    }
    const patient = startWork({ handle: failing, retry: { ...RETRY, outageMs: 600_000 } })
    patient.work.add(message(0))
    await until(() => patient.work.pending() === 0)
    t.same(patient.outcomes, [[0, 'handled']], error.message)
    attempts = 0
    const impatient = startWork({ handle: failing })
    impatient.work.add(message(0))
    await until(() => impatient.work.pending() === 0)
    t.same(impatient.outcomes, [[0, 'dead_lettered']], error.message)
  }
})

t.test('the messages of a key share the patience with an outage; a success renews it', async (t) => {
  let time = 0
  t.capture(performance, 'now', () => time)
  const attempts = [0, 0, 0, 0]
  const { work, outcomes } = startWork({
    retry: { ...RETRY, outageMs: 120_000 },
    handle: async ({ offset }) => {
      attempts[offset] = (attempts[offset] ?? 0) + 1
      time += 50_000
      if (offset !== 2) throw new AppError('STORAGE_UNAVAILABLE')
    }
  })
  for (let offset = 0; offset < 4; offset++) work.add(message(offset, 'one key'))
  await until(() => work.pending() === 0)
  t.same(attempts, [3 + RETRY.attempts, RETRY.attempts, 1, 3 + RETRY.attempts])
  t.same(
    outcomes.map(([, outcome]) => outcome),
    ['dead_lettered', 'dead_lettered', 'handled', 'dead_lettered']
  )
})

t.test('attempts count in the end, however long each of them takes', async (t) => {
  let time = 0
  t.capture(performance, 'now', () => time)
  let attempts = 0
  const { work, outcomes } = startWork({
    retry: { ...RETRY, outageMs: 120_000 },
    handle: async () => {
      attempts += 1
      time += 121_000
      throw new AppError('STORAGE_UNAVAILABLE')
    }
  })
  work.add(message(0, 'one key'))
  await until(() => work.pending() === 0)
  t.same(outcomes, [[0, 'dead_lettered']])
  t.equal(attempts, 1 + RETRY.attempts)
})

t.test('an attempt that hangs counts as failed', async (t) => {
  const { work, outcomes } = startWork({ retry: { ...RETRY, attempts: 2, timeoutMs: 1 } })
  work.add(message(0))
  await until(() => work.pending() === 0)
  t.same(outcomes, [[0, 'dead_lettered']])
})

t.test(
  'end() waits for running handlers, starts no more, and stores the offsets that are done',
  async (t) => {
    const { work, started, stored, pass } = startWork({ concurrency: 1 })
    for (const offset of [0, 1, 2]) work.add(message(offset, offset === 2 ? 'b' : 'a'))
    await until(() => started.length === 1)
    const ended = work.end(60_000)
    pass(0)
    await ended
    t.same(started, [0], 'neither the next message of the key nor the one that waited for a slot was started')
    t.same(stored, [[0, 1]])
  }
)

t.test('a handler that outlives end() has no effect', async (t) => {
  const { work, started, stored, outcomes, pass } = startWork()
  work.add(message(0))
  await until(() => started.length === 1)
  await work.end(0)
  pass(0)
  await until(() => work.pending() === 0)
  t.same([stored, outcomes], [[], []])
})

t.test('end() aborts the wait for the next attempt', async (t) => {
  const failed = createGate()
  const { work, outcomes } = startWork({
    retry: { ...RETRY, baseMs: 1_000_000, maxMs: 1_000_000 },
    handle: async () => {
      failed.open()
      throw new Error('poison')
    }
  })
  work.add(message(0))
  await failed.opened
  await work.end(60_000)
  t.equal(work.pending(), 0)
  t.same(outcomes, [])
})

t.test('untilBelow waits until there is room, but no longer than its limit', async (t) => {
  const { work, started, pass } = startWork()
  work.add(message(0))
  work.add(message(1))
  await until(() => started.length === 2)
  await work.untilBelow(3, 60_000)
  await work.untilBelow(2, 1)
  t.equal(work.pending(), 2, 'gave up')
  const room = work.untilBelow(2, 60_000)
  pass(1)
  await room
  t.equal(work.pending(), 1)
  pass(0)
})
