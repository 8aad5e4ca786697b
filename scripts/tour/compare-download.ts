import { open } from 'node:fs/promises'
import { expect } from './expect.js'
import type { LocalFile } from './make-file.js'

export interface Downloaded {
  headers: Headers
  /** Number of bytes compared and identical. */
  bytes: number
}

/**
 * Downloads from a pre-signed URL, without a token, and compares every byte with a local file, chunk by chunk.
 * @param onProgress receives the number of bytes compared so far
 * @throws {UnexpectedError} at the first difference
 */
export async function compareDownload(
  url: string,
  { path, size }: LocalFile,
  signal: AbortSignal,
  onProgress?: (compared: number) => void
): Promise<Downloaded> {
  const response = await fetch(url, { signal })
  expect(
    response.status === 200 && response.body !== null,
    'the pre-signed URL to answer 200',
    response.status
  )
  const length = response.headers.get('content-length')
  expect(length === String(size), `a download of ${size} bytes`, `content-length: ${length ?? 'none'}`)

  const file = await open(path)
  let bytes = 0
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      const original = Buffer.allocUnsafe(chunk.length)
      const { bytesRead } = await file.read(original, 0, chunk.length, bytes)
      const same = bytesRead === chunk.length && original.equals(chunk)
      expect(same, 'the same bytes that were uploaded', `a difference after byte ${bytes}`)
      onProgress?.((bytes += chunk.length))
    }
  } finally {
    await file.close()
  }
  expect(bytes === size, `${size} bytes`, `the download ended after ${bytes}`)
  return { headers: response.headers, bytes }
}
