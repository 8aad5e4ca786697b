/** Reads a row that PostgreSQL made JSON of: its times (`…_at`) are in another form there than in rows. */
export function fromJson<Row extends object>(row: Record<string, unknown>): Row {
  const times = Object.entries(row).filter(
    ([name, value]) => name.endsWith('_at') && typeof value === 'string'
  )
  const decoded = times.map(([name, value]) => [name, new Date(value as string).toISOString()])
  return { ...row, ...Object.fromEntries(decoded) } as Row
}
