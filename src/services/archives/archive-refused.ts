/** The archive is damaged, or not one of ours. The message says what is wrong and what to do. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused'
  /** @param what is wrong: the end of a sentence about the archive ("it …") */
  constructor(what: string, advice = 'Check it with sha256sum -c SHA256SUMS, or get it again.') {
    super(`The archive was refused: ${what}. ${advice} Nothing was changed.`)
  }
}
