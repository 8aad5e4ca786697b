import { openFile, type Content } from './open-file.js'
import { canSendByXhr } from './xhr.js'

/** The content of a document; a string is the path of a file, in Node only. */
export type UploadSource = Blob | ReadableStream<Uint8Array> | string

/** The name of a `File`, or the last part of a path. */
export function nameOf(source: UploadSource): string | undefined {
  if (typeof source === 'string') return source.split(/[\\/]/).at(-1)
  return 'name' in source && typeof source.name === 'string' ? source.name : undefined
}

/**
 * Opens a source. In browsers, collects a stream into a Blob: some send streams only over HTTP/2, others not at all.
 */
export async function open(source: UploadSource): Promise<Content | ReadableStream<Uint8Array>> {
  if (typeof source === 'string') return openFile(source)
  return source instanceof Blob || !canSendByXhr() ? source : new Response(source).blob()
}

/** The same bytes as a stream that reports how many have been read. */
export function counted(
  body: Blob | ReadableStream<Uint8Array>,
  report: (sent: number) => void
): ReadableStream<Uint8Array> {
  let sent = 0
  const stream: ReadableStream<Uint8Array> = body instanceof Blob ? body.stream() : body
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk)
        report((sent += chunk.length))
      }
    })
  )
}
