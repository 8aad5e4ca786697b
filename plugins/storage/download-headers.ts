import type { Disposition } from './object-storage.js'

/**
 * Types that browsers show without running anything. HTML, SVG and XML can carry scripts and are not here.
 * PDF is: its scripts stay inside the viewer and never see the page's origin. JSON is shown as text by every
 * browser, but nobody opens it inline, so it keeps its type and is always saved.
 */
const SHOWN = new Set([
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'application/pdf', 'text/plain'],
  ...['audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/ogg', 'audio/flac', 'audio/wav', 'audio/webm'],
  ...['video/mp4', 'video/webm', 'video/ogg', 'video/quicktime']
])
const SAVED = new Set(['application/json'])

/**
 * The Content-Type and disposition under which a client's file may be sent. Whatever is not on a short list of
 * harmless types becomes `application/octet-stream` and `attachment`: S3 cannot send `nosniff`. The result is
 * made of constants only, so nothing of the client's text reaches a header. Never throws.
 */
export function safeDownload(file: { mimeType: string; disposition: Disposition }): {
  contentType: string
  disposition: Disposition
} {
  const type = (file.mimeType.split(';')[0] ?? '').trim().toLowerCase()
  // Named, so that no browser guesses an encoding in which plain text turns into markup.
  if (type === 'text/plain')
    return { contentType: 'text/plain; charset=utf-8', disposition: file.disposition }
  if (SHOWN.has(type)) return { contentType: type, disposition: file.disposition }
  return { contentType: SAVED.has(type) ? type : 'application/octet-stream', disposition: 'attachment' }
}

/** Control characters, line and paragraph separators, lone surrogates, and what reverses the reading direction. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * A Content-Disposition header for any text as name: RFC 6266 with the encoding of RFC 8187. Path separators
 * become "_", so that the name cannot point elsewhere; invisible characters vanish, so that "exe" cannot be
 * made to read as "txt". Always printable ASCII; never throws.
 */
export function contentDisposition(disposition: Disposition, filename: string): string {
  const cleaned = filename.replace(INVISIBLE, '').replace(/[/\\]/g, '_').trim()
  const name = /^\.*$/.test(cleaned) ? 'download' : cleaned
  // RFC 6266 appendix D: quotes, backslashes and "%" are read differently by different browsers.
  const plain = name.replace(/[^ -~]/gu, '_').replace(/["%]/g, '_')
  const header = `${disposition}; filename="${plain}"`
  return plain === name ? header : `${header}; filename*=UTF-8''${encodeExtended(name)}`
}

/** RFC 8187 §3.2.1: encodeURIComponent leaves four characters that `attr-char` does not allow. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`
  )
}
