import { randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { ByteRange, ObjectStorage } from '../../plugins/storage/object-storage.js'

export const MIB = 1024 * 1024

export const newKey = () => `tenants/${randomUUID()}/files/2026/07/${randomUUID()}`

/** Bytes whose value depends on their offset, so that a swapped, lost or repeated chunk cannot go unnoticed. */
export function bytes(length: number, from = 0): Buffer {
  const result = Buffer.allocUnsafe(length)
  for (let done = 0; done < length;)
    done += pattern().copy(
      result,
      done,
      (from + done) % PERIOD,
      Math.min(PERIOD, ((from + done) % PERIOD) + length - done)
    )
  return result
}

/** The values repeat after this many bytes. */
const PERIOD = 16 * MIB
let made: Buffer | undefined

function pattern(): Buffer {
  if (made === undefined) {
    made = Buffer.allocUnsafe(PERIOD)
    for (let offset = 0; offset < PERIOD; offset++)
      made[offset] = (offset * 31) ^ (offset >>> 8) ^ ((offset >>> 16) * 7)
  }
  return made
}

export async function* streamOf(length: number, chunk = 64 * 1024): AsyncGenerator<Buffer, void> {
  for (let offset = 0; offset < length; offset += chunk) yield bytes(Math.min(chunk, length - offset), offset)
}

/** Yields this many bytes, and then fails. */
export async function* failing(after: number, error: Error): AsyncGenerator<Buffer, void> {
  yield* streamOf(after)
  throw error
}

/** Yields this many bytes, calls `onStall`, and never yields again. */
export async function* stalling(after: number, onStall: () => void): AsyncGenerator<Buffer, void> {
  yield* streamOf(after)
  setImmediate(onStall)
  await new Promise(() => undefined)
}

export async function read(storage: ObjectStorage, key: string, range?: ByteRange): Promise<Buffer | null> {
  const stream = await storage.get(key, range)
  return stream === null ? null : buffer(stream)
}

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('It was not rejected')
}
