/** The text that bytes are in a charset; undefined when they are none (RFC 3629 §3). A byte order mark stays in it. */
export function decodeText(bytes: Uint8Array, charset = 'utf-8'): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
