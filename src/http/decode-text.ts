/** Decodes bytes in a charset; undefined if they are invalid (RFC 3629 §3). Keeps a byte order mark. */
export function decodeText(bytes: Uint8Array, charset = 'utf-8'): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
