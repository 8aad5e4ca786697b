/**
 * What must not reach a terminal from a client: control characters and escape sequences, characters that turn the
 * direction of text around, those that cannot be seen, and line separators (CWE-150, Unicode TR36).
 */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/**
 * Text that others chose, for one line of the operator's terminal: what is unsafe there is written as `\u001b`. Only
 * for text; what commands write themselves, such as a progress bar, is not.
 */
export function printable(value: string | number): string {
  return String(value).replace(UNSAFE, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
    ).join('')
  )
}

/** The same for text of several lines that are meant. */
export const printableLines = (text: string) => text.split('\n').map(printable).join('\n')

/** As JSON that means the same and is safe to print. `JSON.stringify` itself leaves all but C0 as it is. */
export const printableJson = (value: unknown, indent?: number) =>
  printableLines(JSON.stringify(value, null, indent))
