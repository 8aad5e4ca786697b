/** Characters of a line; longer ones are shortened, so that nobody fills the disk with what they send. */
const MAX_LINE = 16_384
const MAX_TEXT = 1_000
const MAX_ITEMS = 20
const MAX_DEPTH = 5

/** The line of a log as it is written: JSON, at most some 16 KiB, or shortened where it was longer. */
export function boundedLine(line: string): string {
  if (line.length <= MAX_LINE) return line
  const shorter = JSON.stringify({
    ...(shortened(JSON.parse(line), 0) as object),
    shortened_from: line.length
  })
  // Many fields with much in each: what is left says where it comes from.
  return `${shorter.length <= MAX_LINE ? shorter : JSON.stringify(essence(JSON.parse(line) as Line, line.length))}\n`
}

type Line = Record<string, unknown>

function shortened(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value
  if (typeof value !== 'object' || value === null) return value
  if (depth === MAX_DEPTH) return '…'
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => shortened(item, depth + 1))
  const fields = Object.entries(value).slice(0, MAX_ITEMS)
  return Object.fromEntries(
    fields.map(([name, item]) => [name.slice(0, MAX_TEXT), shortened(item, depth + 1)])
  )
}

function essence({ level, time, name, request_id, msg }: Line, length: number): Line {
  return { level, time, name, request_id, msg: shortened(msg, 0), shortened_from: length }
}
