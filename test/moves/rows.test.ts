// Moves rows between two places while they change, and closes the old place.
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { codeOf } from '../../db/error-codes.js'
import { leftSchema, moveSchema } from '../../db/move/names.js'
import { moveRows } from '../../db/move/move-rows.js'
import { stopLogging, takeSource, takeTarget } from '../../db/move/undo-move.js'
import { startPostgresFront } from '../helpers/postgres-front.js'
import { until } from '../helpers/until.js'
import { createPlaces, openPlace, seedDocuments } from './two-places.js'

void t.test('a network that falls silent while the old place is closed ends the move', async (t) => {
  const [source, target] = await createPlaces(t, 2, 'database')
  if (!source || !target) throw new Error('no places')
  const [old, other] = [openPlace(t, source), openPlace(t, source)]
  await seedDocuments(old, 10)
  const front = await startPostgresFront(t, source.url)
  const move = { tenantId: randomUUID(), generation: 1, owner: randomUUID() }
  let writing: Promise<unknown> | undefined
  const moving = moveRows({
    move,
    source: { ...source, url: front.url },
    target,
    async onStep(step) {
      if (step !== 'closing') return
      const locked = new Promise<void>((resolve) => {
        writing = old.begin(async (transaction) => {
          await transaction`update documents set filename = 'written meanwhile'`
          resolve()
          // The mover waits for this transaction; the network falls silent before it gets the lock.
          await until(
            async () =>
              (
                await other`select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`
              ).length > 0
          )
          front.freeze()
        })
      })
      await locked
    }
  })
  await t.rejects(moving, { message: 'The old place was not closed in time' })
  await writing
  t.same(await takeSource(source, move), { left: false })
  t.equal((await old`update documents set filename = 'written later'`).count, 10, 'the tenant is used there')
})

for (const kind of ['database', 'schema'] as const) {
  void t.test(`rows move between two places of the kind "${kind}"`, async (t) => {
    const [source, target] = await createPlaces(t, 2, kind)
    if (!source || !target) throw new Error('no places')
    const old = openPlace(t, source)
    await seedDocuments(old, 300)
    const session = randomUUID()
    await old`insert into upload_sessions (id, user_id, ip, kind, s3_path, filename, part_size)
      values (${session}, ${randomUUID()}, '::1', 'tus', 'a/session', 'a', 1)`
    await old`insert into upload_tails values (${session}, 0, ${Buffer.from([0, 92, 255, 10])})`
    await old`insert into outbox (event_type, data) values ('document.created', '{"a": "b\\\\\\n"}')`
    await old`update usage set max_documents = 1000`
    const before = await old`select epoch from event_state`
    const move = { tenantId: randomUUID(), generation: 1, owner: randomUUID() }
    const steps: string[] = []

    const moved = await moveRows({
      move,
      source,
      target,
      async onStep(step) {
        steps.push(step)
        if (step === 'catching up') {
          // Updates of parents, cascading deletions, and values that are hard to copy.
          await old`update files set verified_at = now() where file_size < 50`
          await old`delete from upload_sessions where id = ${session}`
          await old`delete from documents where filename like 'seed 7%'`
          await old`delete from files where file_size between 70 and 79 and id not in (select file_id from documents)`
          await old`update usage set documents = documents + 0, max_bytes = 5`
          await old`insert into pending_objects (s3_path, state, deadline) values ('a/ü', 'upload', now())`
          await old`insert into idempotency_keys (user_id, operation, key, owner, claimed_until, expires_at)
            values (${randomUUID()}, 'x', ${'\\ "key\t'}, ${randomUUID()}, now(), now())`
          await old`insert into events (position, event_id, event_type, timestamp, data)
            values (1, ${randomUUID()}, 'x', now(), '{"a": 1e400}')`
        }
        if (step === 'comparing')
          await old`insert into outbox (event_type, data) values ('document.deleted', '{}')`
        if (step === 'closing')
          await old`update documents set filename = 'changed last' where filename like 'seed 9 %'`
      }
    })

    t.same(
      steps,
      ['preparing', 'logging', 'copying', 'catching up', 'comparing', 'closing', 'closed'],
      'each step runs once'
    )
    t.ok(moved.changes > 50, 'changes were copied')
    const fresh = openPlace(t, target)
    const left = openPlace(t, { ...source, schema: leftSchema(move) })
    for (const table of [
      'files',
      'documents',
      'outbox',
      'upload_sessions',
      'upload_tails',
      'usage',
      ...['usage_changes', 'event_state', 'events', 'pending_objects', 'idempotency_keys']
    ]) {
      const rowsOf = (sql: typeof fresh) =>
        sql`select to_jsonb(t) as row from ${sql(table)} t order by to_jsonb(t)::text`
      t.same(await rowsOf(fresh), await rowsOf(left), table)
    }
    t.same(await fresh`select epoch from event_state`, before, 'cursors stay valid')
    t.equal((await fresh`select from upload_tails`).length, 0, 'a cascading deletion was logged')
    t.ok((await fresh`select from documents where filename = 'changed last'`).length > 0)
    const [event] = await fresh`insert into outbox (event_type, data) values ('x', '{}') returning sequence`
    t.equal(event?.['sequence'], '3', 'sequences continue')
    await fresh`delete from documents where filename = 'changed last'`
    t.ok(
      (await fresh`select from usage_changes where documents < 0`).length > 0,
      'triggers count the usage again'
    )
    await t.rejects(old`insert into outbox (event_type, data) values ('x', '{}')`, { code: '42P01' })
    await t.rejects(old`select from documents`, { code: '42P01' })
    t.same(await takeSource(source, move), { left: true })
    t.equal((await fresh`select from pg_namespace where nspname like 'move_%'`).length, 0)
  })
}

void t.test('a mover whose move was taken over can do nothing more', async (t) => {
  const [source, target] = await createPlaces(t, 2, 'database')
  if (!source || !target) throw new Error('no places')
  const old = openPlace(t, source)
  await seedDocuments(old, 10)
  const move = { tenantId: randomUUID(), generation: 1, owner: randomUUID() }
  for (const at of ['copying', 'catching up', 'comparing', 'closing']) {
    await t.rejects(
      moveRows({
        move,
        source,
        target,
        async onStep(step) {
          if (step !== at) return
          await takeTarget(target, move)
          t.same(await takeSource(source, { ...move, owner: randomUUID() }), { left: false })
          await stopLogging(source, move)
        }
      }),
      /taken over|CONNECTION_CLOSED|terminating/,
      at
    )
    t.equal((await old`select from pg_namespace where nspname = ${moveSchema(move)}`).length, 0)
    t.equal((await old`select from pg_trigger where tgname like 'move_%'`).length, 0)
  }
  await old`insert into outbox (event_type, data) values ('x', '{}')`
  t.equal(codeOf(await old`select from nothing`.catch((error: unknown) => error)), '42P01')
})

void t.test('copying may take longer than the change log lasts without being extended', async (t) => {
  const [source, target] = await createPlaces(t, 2, 'database')
  if (!source || !target) throw new Error('no places')
  await seedDocuments(openPlace(t, source), 10)
  const move = { tenantId: randomUUID(), generation: 1, owner: randomUUID() }
  /** Lets every change log in a place expire. */
  const expire = async (place: typeof source) => {
    const sql = openPlace(t, place)
    const lasting = await sql<{ schema: string; name: string }[]>`
      select table_schema as schema, table_name as name from information_schema.columns
      where column_name = 'log_until'`
    for (const { schema, name } of lasting)
      await sql`update ${sql(schema)}.${sql(name)} set log_until = now()`
  }
  const moveAndExpire = (place: typeof source) =>
    moveRows({ move, source, target, onStep: (step) => (step === 'catching up' ? expire(place) : undefined) })

  await t.rejects(moveAndExpire(source), /no longer logged/)
  await takeTarget(target, move)
  await takeSource(source, move)
  await stopLogging(source, move)
  t.match(await moveAndExpire(target), { rows: Number }, 'the new place has nothing that expires')
})
