import { fileTypeFromBuffer } from 'file-type'
import { lookup } from 'mime-types'
import { MimeType } from '../../../core/formats.js'
import { compileCheck } from '../../../core/validation/check.js'

/** Bytes of the beginning of a content that are enough to recognise it. */
export const HEAD_BYTES = 4100

/** What any bytes are: as a declaration it says nothing. */
const UNKNOWN = 'application/octet-stream'
const problemsIn = compileCheck(MimeType)
const isMimeType = (text: unknown): text is string => problemsIn(text).length === 0

/** The type that the first bytes of a content show, where they show one. Never throws. */
export async function detectType(head: Uint8Array): Promise<string | null> {
  // What is cut off or broken in the middle of a known format is of no known type.
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  return found !== undefined && isMimeType(found.mime) ? found.mime : null
}

/**
 * The MIME type of an upload. What says something first counts: the field `mime_type`; the Content-Type of the
 * part, or of a raw body; what the first bytes show; the extension of the name. Otherwise any bytes.
 */
export async function chooseMimeType(said: {
  field: string | undefined
  contentType: string | undefined
  head: Uint8Array
  filename: string
}): Promise<string> {
  if (said.field !== undefined) return said.field
  const declared = said.contentType?.split(';', 1)[0]?.trim()
  if (isMimeType(declared) && declared.toLowerCase() !== UNKNOWN) return declared
  const byName = lookup(said.filename)
  return (await detectType(said.head)) ?? (byName !== false && isMimeType(byName) ? byName : UNKNOWN)
}
