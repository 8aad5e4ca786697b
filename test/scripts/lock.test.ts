import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { lock, LockedError } from '../../scripts/embedded/lock.js'
import { identify } from '../../scripts/embedded/process-identity.js'
import { temporaryDataDir } from './temporary-folder.js'

void t.test('a lock has one holder and is gone after it', async (t) => {
  const path = join(temporaryDataDir(t), 'lock')
  const held = await lock(path)
  await t.rejects(lock(path), new LockedError(path, process.pid))
  held.release()
  t.notOk(existsSync(path))
  const again = await lock(path)
  again.release()
})

void t.test('lock() waits for a holder that releases the lock', async (t) => {
  const path = join(temporaryDataDir(t), 'lock')
  const held = await lock(path)
  const waiting = lock(path, 10_000)
  held.release()
  const second = await waiting
  second.release()
})

void t.test('only one of many takes a lock whose owner is dead', async (t) => {
  const path = join(temporaryDataDir(t), 'lock')
  const dead = spawn(process.execPath, ['-e', ''])
  const identity = identify(dead.pid ?? 0)
  await once(dead, 'exit')
  writeFileSync(path, JSON.stringify({ ...identity, children: [] }))
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => lock(path)))
  t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
})

void t.test('a reused pid is not mistaken for the owner', async (t) => {
  const path = join(temporaryDataDir(t), 'lock')
  writeFileSync(path, JSON.stringify({ pid: process.pid, started: 'an earlier boot', children: [] }))
  const held = await lock(path)
  t.same(held.leftovers, [])
  held.release()
})

void t.test('lock() names the running children of a dead owner', async (t) => {
  const path = join(temporaryDataDir(t), 'lock')
  const self = identify(process.pid)
  writeFileSync(path, JSON.stringify({ pid: process.pid, started: 'an earlier boot', children: [self] }))
  const held = await lock(path)
  t.same(held.leftovers, [self])
  held.release()
})

void t.test('an empty file, as left by a power cut, is not a lock', async (t) => {
  const path = join(temporaryDataDir(t), 'lock')
  writeFileSync(path, '')
  const held = await lock(path)
  held.release()
})
