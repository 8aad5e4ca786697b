/**
 * Characters of clients' text that must not reach a terminal: control characters (and so escape sequences), characters
 * that reverse the text direction, invisible characters, and line separators (CWE-150, Unicode TR36).
 */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/**
 * Text chosen by others, for one line of the operator's terminal: unsafe characters are written as `\u001b`. Only for
 * text; a command's own output, such as a progress bar, is not escaped.
 */
export function printable(value: string | number): string {
  return String(value).replace(UNSAFE, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
    ).join('')
  )
}

/** The same for text that may have several lines. */
export const printableLines = (text: string) => text.split('\n').map(printable).join('\n')

/** JSON that is safe to print. `JSON.stringify` by itself escapes only C0 characters. */
export const printableJson = (value: unknown, indent?: number) =>
  printableLines(JSON.stringify(value, null, indent))
