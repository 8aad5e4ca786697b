import { fileTypeFromBuffer } from 'file-type'
import { lookup } from 'mime-types'
import { MimeType } from '../../../core/formats.js'
import { compileCheck } from '../../../core/validation/check.js'

/** Bytes from the start of the content that are enough to recognise its type. */
export const HEAD_BYTES = 4100

/** A client that declares this type says nothing about the bytes. */
const UNKNOWN = 'application/octet-stream'
const problemsIn = compileCheck(MimeType)
const isMimeType = (text: unknown): text is string => problemsIn(text).length === 0

/** The type that the first bytes of the content show; null if they show none. Never throws. */
export async function detectType(head: Uint8Array): Promise<string | null> {
  // Rejects if the content has a known format but is truncated or broken.
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  return found !== undefined && isMimeType(found.mime) ? found.mime.toLowerCase() : null
}

/** Types that clients send without knowing the real one: curl and wget label any body as a form. */
const SAY_NOTHING: ReadonlySet<string> = new Set([UNKNOWN, 'application/x-www-form-urlencoded'])

/** Whether a Content-Type in lower case says what the bytes are. */
export const saysSomething = (contentType: string): boolean => !SAY_NOTHING.has(contentType)

/**
 * The MIME type of an upload, in lower case, taken from the first of these that is present: the field `mime_type`; the
 * Content-Type of the part, or of a raw body, without its parameters; what the first bytes show; the extension of the
 * name. Otherwise application/octet-stream.
 */
export async function chooseMimeType(said: {
  field: string | undefined
  contentType: string | undefined
  head: Uint8Array
  filename: string
}): Promise<string> {
  if (said.field !== undefined) return said.field.toLowerCase()
  if (said.contentType !== undefined && saysSomething(said.contentType)) return said.contentType
  const byName = lookup(said.filename)
  return (await detectType(said.head)) ?? (byName !== false && isMimeType(byName) ? byName : UNKNOWN)
}
