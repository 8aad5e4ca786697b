// Backends die at random moments. A transaction that resolved must be stored completely, one that rejected completely
// or not at all, and all of it by one backend in one PostgreSQL transaction.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ISql } from 'postgres'
import t from 'tap'
import { isConnectionError, setUp } from './dying-backend.js'
import { seeded } from './seeded.js'

const rounds = 50
const max = 3
const writers = 6
const statements = 6

void t.test(`transactions stay atomic over ${rounds} rounds of killed backends`, async (t) => {
  const { sql, admin, table, recovers } = await setUp(t, { max, backoff: () => 0 })
  await admin`
      alter table ${admin(table)} add writer text, add pid int default pg_backend_pid(),
        add xid xid8 default pg_current_xact_id()`
  const random = seeded(7)

  const write = (on: ISql, writer: string, note: number) =>
    on`insert into ${on(table)} (note, writer) values (${note}, ${writer})`
  const pause = async (longest = 8) => {
    for (let turns = random.below(longest); turns > 0; turns--) await nextTurn()
  }

  let killed = 0
  const resolved: string[] = []
  let rejected = 0
  for (let round = 0; round < rounds; round++) {
    const work = Array.from({ length: writers }, async (_, i) => {
      const writer = `${round}/${i}`
      try {
        await (random.below(4) > 0 ? inTransaction(writer) : inReserved(writer))
        resolved.push(writer)
      } catch (error) {
        if (!isConnectionError(error)) throw error
        rejected++
      }
    })
    for (let kills = random.below(4); kills > 0; kills--) {
      await pause(60)
      const [victim] = await admin<{ gone: boolean }[]>`
          select pg_terminate_backend(pid) as gone from pg_stat_activity
          where application_name = ${table} order by backend_start offset ${random.below(max)} limit 1`
      if (victim?.gone) killed++
    }
    await Promise.all(work)
  }

  async function inTransaction(writer: string): Promise<void> {
    const style = random.below(3)
    await sql.begin(async (tx) => {
      if (style === 0) {
        for (let i = 0; i < statements; i++) await write(tx, writer, i).then(() => pause())
      } else if (style === 1) {
        await Promise.all(
          Array.from({ length: statements }, (_, i) => pause().then(() => write(tx, writer, i)))
        )
      } else {
        await write(tx, writer, 0)
        await pause()
        await tx.savepoint(async (sp) => {
          for (let i = 1; i < statements; i++) await write(sp, writer, i).then(() => pause())
        })
      }
    })
  }

  async function inReserved(writer: string): Promise<void> {
    const reserved = await sql.reserve()
    try {
      await reserved`begin`
      for (let i = 0; i < statements; i++) await write(reserved, writer, i).then(() => pause())
      await reserved`commit`
    } finally {
      reserved.release()
    }
  }

  t.comment(`${killed} backends killed, ${resolved.length} resolved, ${rejected} rejected`)
  t.ok(
    killed > 0 && rejected > 0 && resolved.length > 0,
    'backends were killed, and transactions both resolved and rejected'
  )
  const found = await admin<{ writer: string; whole: boolean }[]>`
      select writer, count(*) = ${statements} and count(distinct pid) = 1 and count(distinct xid) = 1 as whole
      from ${admin(table)} group by writer`
  t.same(
    found.filter((row) => !row.whole),
    [],
    'no transaction is stored in part, or was spread over backends or transactions'
  )
  const stored = new Set(found.map((row) => row.writer))
  t.same(
    resolved.filter((writer) => !stored.has(writer)),
    [],
    'no resolved transaction is lost'
  )
  // The pool notices a backend that was killed while idle only at the connection's next query.
  for (let dead = true; dead;) {
    const all = await Promise.allSettled(Array.from({ length: max }, () => sql`select pg_sleep(0.01)`))
    dead = all.some((result) => result.status === 'rejected')
  }
  await recovers()
})
