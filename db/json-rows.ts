/** Reads a row that PostgreSQL made JSON of: its times (`…_at`) are in another form there than in rows. */
export function fromJson<Row extends object>(row: Record<string, unknown>): Row {
  const times = Object.entries(row).filter(
    ([name, value]) => name.endsWith('_at') && typeof value === 'string'
  )
  // What no Date can hold stays as it is.
  const decoded = times.map(([name, value]) => {
    const moment = new Date(value as string)
    return [name, Number.isNaN(moment.getTime()) ? value : moment.toISOString()]
  })
  return { ...row, ...Object.fromEntries(decoded) } as Row
}
