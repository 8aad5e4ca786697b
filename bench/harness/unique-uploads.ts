import { randomBytes } from 'node:crypto'
import type { Options } from 'autocannon'

const SIZE = 10 * 1024
const BOUNDARY = '----strongroom-bench'

/** Multipart uploads of 10 KiB, all different, since equal ones would be deduplicated and cost less. */
export function uniqueUploads(url: string): Options {
  const head = Buffer.from(
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="scan.bin"\r\n` +
      'content-type: application/octet-stream\r\n\r\n'
  )
  const tail = Buffer.from(`\r\n--${BOUNDARY}--\r\n`)
  const content = randomBytes(SIZE)
  let count = 0
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
  return {
    url,
    headers,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          const unique = Buffer.concat([head, content, tail])
          unique.writeUInt32LE(count++, head.length)
          unique.write(randomBytes(8).toString('hex'), head.length + 4)
          return { ...request, body: unique }
        }
      }
    ]
  }
}
