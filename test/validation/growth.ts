/** Pieces of texts of any length: what patterns repeat, and what makes them fail at the end. */
const PUMPS = ['a', '0', ' ', '.', '-', '/', '@', ',', '\n', '\0', '\u200b', '\u0301']
const PAIRS = ['a.', 'a@', 'a/', 'a:0,', ' a', '\u200ba', '😀']
const ENDS = ['\0', '!']
const BEGINNINGS = ['', 'a@a.', 'a/']

const known = new Map<number, string[]>()

function textsOf(length: number): string[] {
  const made = known.get(length) ?? makeTexts(length)
  known.set(length, made)
  return made
}

function makeTexts(length: number): string[] {
  return [...PUMPS, ...PAIRS].flatMap((pump) =>
    BEGINNINGS.flatMap((beginning) => ENDS.map((end) => beginning + pump.repeat(length / pump.length) + end))
  )
}

/** Processor time in microseconds, which other processes do not affect; at least 1. */
function timeFor(texts: string[], test: (text: string) => unknown): number {
  const start = process.cpuUsage()
  for (const text of texts) test(text)
  const { user, system } = process.cpuUsage(start)
  return 1 + user + system
}

const TIMES_AS_LONG = 8
/** The limit, between 8 (linear) and 64 (quadratic). */
const TOO_MUCH = 24

/**
 * Whether a test takes far more than 8 times as long for texts that are 8 times as long. Measures repeatedly, since a
 * measurement may be of a few microseconds only, or on a busy machine.
 */
export function isSuperLinear(test: (text: string) => unknown, length: number): boolean {
  let short = Infinity
  let long = Infinity
  for (let n = 0; n < 4; n++) {
    short = Math.min(short, timeFor(textsOf(length / TIMES_AS_LONG), test))
    long = Math.min(long, timeFor(textsOf(length), test))
    if (n > 0 && long / short < TOO_MUCH) return false
  }
  return true
}
