import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { S3Server } from './s3-servers.js'

/** A request as the proxy saw it. */
export interface Seen {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
}

/** Instead of passing a request on: an S3 error to answer with, cut the connection, or never answer. */
export type Fault = { status: number; code: string } | 'cut' | 'hang'

export interface S3Front extends S3Server {
  seen: Seen[]
  /** Decides for each request; undefined passes it on. */
  fault: (request: Seen) => Fault | undefined
  /** Unfinished multipart uploads: their keys by upload id. */
  uploads: Map<string, string>
}

/**
 * A proxy in front of a server that verifies no signatures. It adds a missing feature (the list of multipart uploads, in
 * pages of two) and fails on request.
 */
export async function startS3Front(upstream: S3Server): Promise<S3Front> {
  const target = new URL(upstream.options.endpoint ?? '')
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', target)
    const seen = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers
    }
    front.seen.push(seen)
    const fault = front.fault(seen)
    if (fault === 'cut') request.socket.destroy()
    else if (fault === 'hang') request.resume()
    else if (fault !== undefined) fail(request, response, fault)
    else if (seen.method === 'GET' && searchParams.has('uploads')) list(response, seen)
    else forward(request, response, seen)
  })

  function forward(request: IncomingMessage, response: ServerResponse, seen: Seen): void {
    const { method, url: path, headers } = request
    const options = { host: target.hostname, port: target.port, method, path, headers }
    const passed = httpRequest(options, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const body = Buffer.concat(chunks)
        if ((answer.statusCode ?? 500) < 300) note(seen, body.toString('latin1'))
        response.writeHead(answer.statusCode ?? 500, answer.headers).end(body)
      })
    })
    passed.on('error', () => request.socket.destroy())
    request.on('error', () => passed.destroy())
    request.pipe(passed)
  }

  function note({ method, path, query }: Seen, answer: string): void {
    const created = /<UploadId>(.+)<\/UploadId>/.exec(answer)?.[1]
    if (method === 'POST' && query.has('uploads') && created) front.uploads.set(created, keyOf(path))
    if (query.has('uploadId') && method !== 'PUT') front.uploads.delete(query.get('uploadId') ?? '')
  }

  function list(response: ServerResponse, { query }: Seen): void {
    const prefix = query.get('prefix') ?? ''
    const all = [...front.uploads].filter(([, key]) => key.startsWith(prefix)).sort()
    const rest = all.filter(([id]) => id > (query.get('upload-id-marker') ?? ''))
    const page = rest.slice(0, 2)
    const items = page
      .map(([id, key]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`)
      .join('')
    const [id, key] = page.at(-1) ?? []
    const next = `<NextKeyMarker>${key}</NextKeyMarker><NextUploadIdMarker>${id}</NextUploadIdMarker>`
    const more =
      rest.length > page.length
        ? `<IsTruncated>true</IsTruncated>${next}`
        : '<IsTruncated>false</IsTruncated>'
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.end(`<ListMultipartUploadsResult>${more}${items}</ListMultipartUploadsResult>`)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const front: S3Front = {
    seen: [],
    fault: () => undefined,
    uploads: new Map(),
    options: { ...upstream.options, endpoint, publicEndpoint: endpoint },
    async stop() {
      server.closeAllConnections()
      server.close()
      await upstream.stop()
    }
  }
  return front
}

/** Reads the body before it answers, as S3 does for errors that it finds late. */
function fail(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code }: Exclude<Fault, string>
): void {
  request.resume().on('end', () => {
    response.writeHead(status, { 'content-type': 'application/xml' })
    response.end(`<Error><Code>${code}</Code><Message>As the test wished</Message></Error>`)
  })
}

function keyOf(path: string): string {
  return path.split('/').slice(2).join('/')
}
