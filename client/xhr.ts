/** The parts of XMLHttpRequest that are used here; Node's types do not declare it. */
interface Xhr {
  readonly upload: { onprogress: ((event: { loaded: number }) => void) | null }
  readonly status: number
  readonly responseText: string
  onload: (() => void) | null
  onerror: (() => void) | null
  onabort: (() => void) | null
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  getAllResponseHeaders(): string
  send(body: Blob): void
  abort(): void
}

const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: new () => Xhr }

/** Whether this is a browser. */
export const canSendByXhr = (): boolean => XMLHttpRequest !== undefined

/**
 * Sends a Blob and reports upload progress, which browsers do not provide for `fetch`.
 * @param request has no body itself
 * @throws like `fetch`: a TypeError if the connection failed, the reason of an aborted signal
 */
export function sendByXhr(
  { method, url, headers, signal }: Request,
  body: Blob,
  onProgress: (sent: number) => void
): Promise<Response> {
  if (XMLHttpRequest === undefined) throw new TypeError('XMLHttpRequest exists only in browsers')
  const xhr = new XMLHttpRequest()
  return new Promise<Response>((resolve, reject) => {
    signal.throwIfAborted()
    xhr.open(method, url)
    for (const [name, value] of headers) xhr.setRequestHeader(name, value)
    xhr.upload.onprogress = ({ loaded }) => onProgress(loaded)
    xhr.onload = () => {
      // With status 204, `Response` refuses any body, even an empty one.
      resolve(new Response(xhr.responseText || null, { status: xhr.status, headers: headersOf(xhr) }))
    }
    xhr.onerror = () => reject(new TypeError('The connection failed'))
    xhr.onabort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', () => xhr.abort(), { once: true })
    xhr.send(body)
  })
}

function headersOf(xhr: Xhr): Headers {
  const lines = xhr.getAllResponseHeaders().split('\r\n').filter(Boolean)
  return new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    })
  )
}
