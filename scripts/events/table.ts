import { printable } from '../operator/printable.js'

/** Text in columns, each as wide as its longest cell. */
export function table(titles: string[], texts: string[][]): string {
  const rows = texts.map((row) => row.map(printable))
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0))
  )
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [titles, ...rows].map(line).join('\n')
}
