import { UsageError } from './run.js'

const MILLISECONDS = { d: 86_400_000, h: 3_600_000 } as const

/**
 * A moment that an operator typed: days or hours from now (`90d`, `12h`), or a date and time as in RFC 3339.
 * @throws {UsageError} for anything else, and for a moment in the past
 */
export function moment(option: string, text: string): string {
  const [, count, unit] = /^(\d{1,5})([dh])$/.exec(text) ?? []
  const time =
    count === undefined
      ? /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text)
        ? Date.parse(text)
        : NaN
      : Date.now() + Number(count) * MILLISECONDS[unit as keyof typeof MILLISECONDS]
  if (!(time > Date.now()))
    throw new UsageError(
      `${option} takes 90d, 12h, or a date and time in the future such as 2027-01-31T09:30:00Z.`
    )
  return new Date(time).toISOString()
}
