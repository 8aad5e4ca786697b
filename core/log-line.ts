/** Maximum characters of a line; longer ones are shortened, so that nobody can fill the disk with what they send. */
const MAX_LINE = 16_384
const MAX_TEXT = 1_000
const MAX_ITEMS = 20
const MAX_DEPTH = 5

/** The log line to write: JSON, shortened if it is longer than about 16 KiB. */
export function boundedLine(line: string): string {
  if (line.length <= MAX_LINE) return line
  const shorter = JSON.stringify({
    ...(shortened(JSON.parse(line), 0) as object),
    shortened_from: line.length
  })
  // If many long fields remain, keep only the fields that identify the line.
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
