/** Bytes that can be read again, from any position. */
export interface Content {
  /** Bytes. */
  readonly size: number
  /** The media type, or an empty string. */
  readonly type: string
  /** Why it could not be read; `fetch` reports that as a failed connection. */
  readonly failure?: Error | undefined
  slice(start: number, end?: number): Blob | ReadableStream<Uint8Array>
}

/** Bytes per read of a file. */
const READ_BYTES = 256 * 1024

/**
 * A file on the disk, which is read while it is sent, and must not change until then. (`openAsBlob` of Node 20 counts a
 * file's bytes in 32 bits.)
 * @throws a TypeError outside of Node, and the error of `stat`
 */
export async function openFile(path: string): Promise<Content> {
  // If this imported node:fs, bundlers for browsers would fail to resolve it.
  const { process } = globalThis as { process?: Partial<NodeJS.Process> }
  const fs = process?.getBuiltinModule?.('node:fs').promises
  if (fs === undefined) throw new TypeError('Paths of files work in Node only; pass a Blob or a File')
  const { size, mtimeMs } = await fs.stat(path)
  let failure: Error | undefined

  /** @throws an Error if the file has changed */
  async function openAgain() {
    const handle = await (fs as NonNullable<typeof fs>).open(path)
    const now = await handle.stat()
    if (now.size === size && now.mtimeMs === mtimeMs) return handle
    await handle.close()
    throw new Error(`${path} has changed while it was being uploaded`)
  }

  function slice(start: number, end = size): ReadableStream<Uint8Array> {
    let position = start
    let handle: Awaited<ReturnType<typeof openAgain>> | undefined
    let isCancelled = false
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            handle ??= await openAgain()
            const buffer = new Uint8Array(Math.min(READ_BYTES, end - position))
            const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
            position += bytesRead
            if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead))
            if (position < end && bytesRead > 0) return
            if (position < end) throw new Error(`${path} became shorter while it was being uploaded`)
            controller.close()
          } catch (error) {
            // `fetch` cancels the stream when the connection breaks, which a read under way then fails on.
            if (!isCancelled) failure = error as Error
            controller.error(error)
          }
          await handle?.close()
        },
        cancel() {
          isCancelled = true
          return handle?.close()
        }
      },
      { highWaterMark: 0 }
    )
  }
  return {
    size,
    type: '',
    slice,
    get failure() {
      return failure
    }
  }
}
