/** What texts are made of, each at a length of choice: what patterns repeat, and what makes them fail at the end. */
const PUMPS = [
  'a',
  'A',
  '0',
  ' ',
  '.',
  '-',
  '/',
  '+',
  '@',
  ':',
  ',',
  '=',
  '_',
  '\t',
  '\n',
  '\0',
  'é',
  '\u200b',
  '\u0301',
  '\u3164'
]
const PAIRS = ['a.', 'a@', 'a/', '0,', 'a:0,', ' a', '-a', '\u200ba', '😀']
const ENDS = ['', '\0', '!']
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

function millisecondsFor(texts: string[], test: (text: string) => unknown): number {
  const start = performance.now()
  for (const text of texts) test(text)
  return performance.now() - start
}

/**
 * How many times as long a test takes for texts of twice the length, at its best of five tries: about 2 where the time
 * is linear, 4 where it is quadratic, 1 where the length does not matter.
 */
export function growthOf(test: (text: string) => unknown, length: number): number {
  const [half, full] = [textsOf(length / 2), textsOf(length)]
  let best = Infinity
  for (let n = 0; n < 5 && best > 3; n++)
    best = Math.min(best, millisecondsFor(full, test) / millisecondsFor(half, test))
  return best
}
