/** Bytes that can be read again, from any position. */
export interface Content {
  /** Bytes. */
  readonly size: number
  /** The media type, or an empty string. */
  readonly type: string
  /** Why it could not be read, which `fetch` reports as a failed connection. */
  readonly failure?: Error | undefined
  slice(start: number, end?: number): Blob | ReadableStream<Uint8Array>
}

/** Bytes that are read from a file at once. */
const READ_BYTES = 256 * 1024

/**
 * A file on the disk, which is read when it is sent. It must not change until then. (`openAsBlob` of Node 20 counts the
 * bytes of a file in 32 bits.)
 * @throws a TypeError outside of Node, and the error of `stat`
 */
export async function openFile(path: string): Promise<Content> {
  // An import of node:fs would have to be resolved by everybody who bundles this for a browser.
  const { process } = globalThis as { process?: Partial<NodeJS.Process> }
  const fs = process?.getBuiltinModule?.('node:fs').promises
  if (fs === undefined) throw new TypeError('Paths of files work in Node only; pass a Blob or a File')
  const { size, mtimeMs } = await fs.stat(path)
  let failure: Error | undefined

  /** @throws an Error if it is not the file of before */
  async function openAgain() {
    const handle = await (fs as NonNullable<typeof fs>).open(path)
    const now = await handle.stat()
    if (now.size === size && now.mtimeMs === mtimeMs) return handle
    await handle.close()
    throw new Error(`${path} has changed while it was uploaded`)
  }

  function slice(start: number, end = size): ReadableStream<Uint8Array> {
    let position = start
    let handle: Awaited<ReturnType<typeof openAgain>> | undefined
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
            if (position < end) throw new Error(`${path} has become shorter while it was uploaded`)
            controller.close()
          } catch (error) {
            failure = error as Error
            controller.error(error)
          }
          await handle?.close()
        },
        cancel: () => handle?.close()
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
