import { isMet, type Row } from './row.js'

const ROW = 26
const LABELS = 300
const WIDTH = 460
const MOST = 1.5

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const at = (ratio: number) => LABELS + (Math.min(ratio, MOST) / MOST) * WIDTH

/** Draws a bar for each ratio, a line for its spread and a mark for its aim. */
export function chartOf(rows: Row[]): string {
  const height = rows.length * ROW + 50
  const bars = rows.map((row, index) => {
    const y = index * ROW + 10
    const [least, most] = row.spread
    const colour = { true: '#2e7d32', false: '#c62828', undefined: '#546e7a' }[String(isMet(row))] ?? ''
    const aim = row.aim && ('atLeast' in row.aim ? row.aim.atLeast : row.aim.atMost)
    return [
      `<text x="${LABELS - 8}" y="${y + 13}" text-anchor="end">${escape(row.what)}</text>`,
      `<rect x="${LABELS}" y="${y}" width="${at(row.value) - LABELS}" height="18" fill="${colour}" opacity="0.75"/>`,
      `<line x1="${at(least)}" x2="${at(most)}" y1="${y + 9}" y2="${y + 9}" stroke="#000"/>`,
      aim === undefined
        ? ''
        : `<line x1="${at(aim)}" x2="${at(aim)}" y1="${y - 3}" y2="${y + 21}" stroke="#000" stroke-width="2"/>`,
      `<text x="${Math.max(at(row.value), at(most)) + 6}" y="${y + 13}">${row.value.toFixed(2)}</text>`
    ].join('\n')
  })
  const axis = [0, 0.25, 0.5, 0.75, 1, 1.25].map(
    (tick) => `<line x1="${at(tick)}" x2="${at(tick)}" y1="0" y2="${height - 40}" stroke="#ccc"/>
<text x="${at(tick)}" y="${height - 24}" text-anchor="middle">${tick}</text>`
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LABELS + WIDTH + 50}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${axis.join('\n')}
${bars.join('\n')}
<text x="${LABELS}" y="${height - 6}">Strongroom divided by the baseline of the same run; thick mark: the aim</text>
</svg>
`
}
