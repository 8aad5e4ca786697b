import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { bodyBytes } from '../../src/http/body-bytes.js'

const PIECE = 'x'.repeat(99) + '\n'
const PIECES = 200

/** Sends a body piece by piece, and gives what the server's reader got. @param sent how many pieces, of those announced */
async function drip(sent: number): Promise<{ chunks: number; bytes: string; error: unknown }> {
  const got = { chunks: 0, bytes: '', error: undefined as unknown }
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const read = async () => {
    const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse]
    try {
      for await (const chunk of bodyBytes(request)) {
        got.chunks += 1
        got.bytes += chunk.toString()
      }
    } catch (error) {
      got.error = error
    }
    response.end()
  }
  const reading = read()
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.setNoDelay().on('error', () => undefined)
  socket.write(`PATCH / HTTP/1.1\r\nhost: a\r\ncontent-length: ${PIECES * PIECE.length}\r\n\r\n`)
  for (let count = 0; count < sent; count++) {
    await delay(10)
    socket.write(PIECE)
  }
  if (sent < PIECES) socket.end()
  await reading
  socket.destroy()
  server.close()
  await once(server, 'close')
  return got
}

await t.test('a client that sends packet by packet is read less often, to its last byte', async (t) => {
  const { chunks, bytes, error } = await drip(PIECES)
  t.equal(error, undefined)
  t.ok(bytes === PIECE.repeat(PIECES), 'all bytes in their order')
  t.ok(chunks < (PIECES * 2) / 3, `${chunks} chunks of ${PIECES} pieces`)
})

await t.test('what it has sent before it is gone is read, too', async (t) => {
  const { bytes, error } = await drip(PIECES / 2)
  t.match(error, { code: 'UPLOAD_ABORTED' })
  t.ok(bytes === PIECE.repeat(PIECES / 2), 'all bytes that were sent')
})
