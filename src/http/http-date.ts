const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** IMF-fixdate, and the two older forms that recipients must read. */
const FORMS = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d) GMT$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d) GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) (?<day>[\d ]\d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d) (?<year>\d{4})$/
]

/**
 * The time of an HTTP date (RFC 9110 §5.6.7) in milliseconds since 1970, independent of the local time zone; undefined
 * for anything else.
 */
export function parseHttpDate(text: string | undefined, now = new Date()): number | undefined {
  const parts = FORMS.map((form) => form.exec(text ?? '')?.groups).find((groups) => groups !== undefined)
  if (parts === undefined) return undefined
  const number = (name: string) => Number(parts[name])
  const year = parts['year']?.length === 2 ? fullYear(number('year'), now) : number('year')
  const month = MONTHS.indexOf(String(parts['month']))
  if (month === -1 || number('hour') > 23 || number('minute') > 59 || number('second') > 60) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month, number('day'))
  if (date.getUTCMonth() !== month || date.getUTCDate() !== number('day')) return undefined
  return date.setUTCHours(number('hour'), number('minute'), number('second'))
}

/** A two-digit year that seems more than 50 years ahead belongs to the previous century. */
function fullYear(digits: number, now: Date): number {
  const current = now.getUTCFullYear()
  const year = current - (current % 100) + digits
  return year > current + 50 ? year - 100 : year
}
