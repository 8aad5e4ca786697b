/** An archive that is damaged, or is not one of ours. The text says what is wrong, and what to do. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused'
  /** @param what is wrong, as the end of a sentence about the archive */
  constructor(what: string, advice = 'Check it with sha256sum -c SHA256SUMS, or get it again.') {
    super(`The archive was refused: ${what}. ${advice} Nothing was changed.`)
  }
}
