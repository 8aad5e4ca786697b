import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Schemas } from '../../client/index.js'
import { toAnswer, type Answer, type Api } from './api.js'
import type { LocalFile } from './make-file.js'

const CHUNK = 256 * 1024

export interface UploadAnswer {
  data: Schemas['UploadedDocument']
}

export interface Upload {
  path: string
  token: string
  file: LocalFile
  /** The document's name; default: the file's own. */
  filename?: string
  mimeType: string
  /** Receives the number of bytes passed on so far. */
  onProgress?: (sent: number) => void
}

/**
 * Uploads a file as multipart/form-data (RFC 7578), read from disk as fast as the server takes it: only a few chunks
 * are in memory, whatever the size, and the progress can be watched. `fetch` offers neither.
 */
export async function uploadFile({ url, signal }: Api, upload: Upload): Promise<Answer<UploadAnswer>> {
  const { file, filename = file.name, mimeType, token } = upload
  const boundary = `strongroom-${randomUUID()}`
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quoted(filename)}"\r\n` +
      `Content-Type: ${mimeType}\r\n\r\n`
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)

  const target = new URL(url + upload.path)
  const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
    method: 'POST',
    signal,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + file.size + tail.length
    }
  })
  const response = responseTo(request)
  const sent = pipeline(body(head, file, tail, upload.onProgress), request)
  // A server that refuses a file need not read all of it; its answer counts, not the broken connection.
  await Promise.race([sent.catch(() => undefined), response])
  const answer = await response
  return toAnswer({ method: 'POST', path: upload.path }, answer.statusCode ?? 0, parse(await text(answer)))
}

async function* body(head: Buffer, file: LocalFile, tail: Buffer, onProgress?: (sent: number) => void) {
  let sent = 0
  yield head
  for await (const chunk of createReadStream(file.path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
    yield chunk
    onProgress?.((sent += chunk.length))
  }
  yield tail
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
  })
}

function parse(answer: string): unknown {
  try {
    return JSON.parse(answer)
  } catch {
    return answer
  }
}

/** As browsers do (https://html.spec.whatwg.org/#multipart-form-data). */
function quoted(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
}
