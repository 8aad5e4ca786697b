import encodeDisposition from 'content-disposition'
import { knownCharset } from './charsets.js'

/** How the browser should treat a download; see RFC 6266. */
export type Disposition = 'attachment' | 'inline'

/** A file as its owner described it, and the requested disposition. */
export interface RequestedDownload {
  mimeType: string
  /** For text, if one was declared. */
  charset?: string | null
  disposition: Disposition
}

/**
 * Types that browsers show without running anything. HTML, SVG and XML can contain scripts and are excluded. PDF is
 * included: its scripts stay inside the viewer and never see the page's origin. JSON, CSV and Markdown are harmless
 * too, but nobody opens them inline, so they keep their type and are always saved.
 */
const SHOWN = new Set([
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'application/pdf', 'text/plain'],
  ...['audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/ogg', 'audio/flac', 'audio/wav', 'audio/webm'],
  ...['video/mp4', 'video/webm', 'video/ogg', 'video/quicktime']
])
const SAVED = new Set(['application/json', 'text/csv', 'text/markdown'])

/**
 * The Content-Type and disposition under which a client's file may be sent. Anything not on a short list of harmless
 * types becomes `application/octet-stream` and `attachment`, because S3 cannot send `nosniff`. Text gets its declared
 * charset, or none. The result consists only of constants, so no client text reaches a header. Never throws.
 */
export function safeDownload(file: RequestedDownload): {
  contentType: string
  disposition: Disposition
} {
  const type = (file.mimeType.split(';')[0] ?? '').trim().toLowerCase()
  const shown = SHOWN.has(type)
  if (!shown && !SAVED.has(type))
    return { contentType: 'application/octet-stream', disposition: 'attachment' }
  const charset = type.startsWith('text/') ? knownCharset(file.charset ?? undefined) : undefined
  return {
    contentType: charset === undefined ? type : `${type}; charset=${charset}`,
    disposition: shown ? file.disposition : 'attachment'
  }
}

/**
 * Control characters, line and paragraph separators, lone surrogates, and characters that reverse the reading
 * direction.
 */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * A Content-Disposition header with any text as the name: RFC 6266 with the encoding of RFC 8187. Path separators
 * become "_", so that the name cannot point elsewhere; invisible characters are removed, so that "exe" cannot be made
 * to read as "txt". Always printable ASCII; never throws.
 */
export function contentDisposition(disposition: Disposition, filename: string): string {
  const cleaned = filename.replace(INVISIBLE, '').replace(/[/\\]/g, '_').trim()
  const name = /^\.*$/.test(cleaned) ? 'download' : cleaned
  // RFC 6266 appendix D: browsers read quotes, backslashes and "%" differently. The library's own fallback would be
  // ISO-8859-1.
  const fallback = name.replace(/[^ -~]/gu, '_').replace(/["%]/g, '_')
  return encodeDisposition(name, { type: disposition, fallback })
}
