import t from 'tap'
import { MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import type { TenantStore } from '../../db/tenant/store.js'
import { createChange } from '../../plugins/messaging/change.js'
import { createOutboxes, MARK_DEBOUNCE_MS } from '../../plugins/messaging/outboxes.js'

/** Outboxes that record what they do, with a clock that the test sets. */
function recorded(mark: () => Promise<void> = () => Promise.resolve()) {
  const done: string[] = []
  let time = 0
  const outboxes = createOutboxes(
    {
      mark: async (tenantId) => {
        await mark()
        done.push(`mark ${tenantId}`)
      }
    },
    (outbox) => done.push(`nudge ${outbox}`),
    () => time
  )
  const work = async () => {
    done.push('work')
  }
  return { outboxes, done, work, passes: (milliseconds: number) => (time += milliseconds) }
}

t.test('a tenant is marked before the work and nudged after it', async (t) => {
  const { outboxes, done, work } = recorded()
  await outboxes.record('a', work)
  t.same(done, ['mark a', 'work', 'nudge a'])
})

t.test("a change has the tenant's store between the mark and the nudge", async (t) => {
  const { outboxes, done } = recorded()
  const change = createChange(outboxes, {
    async withTenant(tenant, work) {
      done.push(`lend ${tenant.id}`)
      const result = await work({} as TenantStore)
      done.push(`take ${tenant.id} back`)
      return result
    }
  })
  t.equal(await change({ id: 'a', database_name: 'a', server: 'main' }, async () => done.push('work')), 3)
  t.same(done, ['mark a', 'lend a', 'work', 'take a back', 'nudge a'])
})

t.test('marks are debounced for each tenant', async (t) => {
  const { outboxes, done, work, passes } = recorded()
  await outboxes.record('a', work)
  passes(MARK_DEBOUNCE_MS - 1)
  await outboxes.record('a', work)
  await outboxes.record('b', work)
  passes(1)
  await outboxes.record('a', work)
  t.same(
    done.filter((step) => step.startsWith('mark')),
    ['mark a', 'mark b', 'mark a']
  )
})

t.test('if the mark fails, the work does not run', async (t) => {
  const { outboxes, done, work } = recorded(() => Promise.reject(new Error('the database is down')))
  await t.rejects(outboxes.record('a', work), { message: 'the database is down' })
  t.same(done, [])
})

t.test('failed work causes no nudge', async (t) => {
  const { outboxes, done } = recorded()
  await t.rejects(
    outboxes.record('a', () => Promise.reject(new Error('no'))),
    { message: 'no' }
  )
  t.same(done, ['mark a'])
})

t.test('the outbox of the main database needs no mark', async (t) => {
  const { outboxes, done, work } = recorded()
  await outboxes.recordMain(work)
  t.same(done, ['work', `nudge ${MAIN_OUTBOX}`])
})
