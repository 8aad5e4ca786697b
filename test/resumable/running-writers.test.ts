import t from 'tap'
import { createRunningWriters } from '../../src/services/resumable/running-writers.js'
import type { SessionWriter } from '../../src/services/resumable/session-writer.js'

/** A writer that records whether it was replaced. */
function writerOf(epoch: number) {
  const writer = {
    session: { epoch },
    isReplaced: false,
    replace: () => void (writer.isReplaced = true),
    settle: () => Promise.resolve()
  }
  return { writer, added: writer as unknown as SessionWriter }
}

for (const [first, second] of [
  [1, 2],
  [2, 1]
] as const)
  t.test(`of the writers ${first} and ${second}, in this order, the newer one stays`, async (t) => {
    const running = createRunningWriters()
    const [one, other] = [writerOf(first), writerOf(second)]
    running.add('upload', one.added)
    running.add('upload', other.added)
    t.equal(one.writer.isReplaced, first < second)
    t.equal(other.writer.isReplaced, second < first)
    const [newer, older] = first > second ? [one, other] : [other, one]
    running.replace('upload', 1)
    running.remove('upload', older.added)
    t.equal(newer.writer.isReplaced, false, 'an older epoch does not replace it')
    t.equal(await running.settle('upload'), true)
    running.replace('upload')
    t.equal(newer.writer.isReplaced, true)
    t.equal(await running.settle('upload'), false)
  })
