import { deflateRawSync } from 'node:zlib'

/** Pairs of letters typical of English text: about half of the pairs in English, and one in fifteen in random text. */
const PAIRS = new Set(
  (
    'th he in er an re nd on en at ou ed ha to or it is hi es ng st ar te se me ve le nt ti al ll ss om ea ne ro ra ' +
    'as de li ri io ic la el ch ur ce us co ho ma we ee sh wo ge ag pa ow rd et ec cr wh em pl ey ke si ho rs'
  ).split(' ')
)
/** What placeholder secrets are made of, and keyboard rows. */
const TYPICAL =
  /change.?me|secret|token|passw|letme|openssl|example|placeholder|strongroom|qwert|asdfg|zxcvb/i
const MOST_STEPS = 0.5
/** For secrets below 32 characters, and for longer ones. */
const BOUNDS = { distinct: [6, 8], deflated: [14, 20], english: [0.45, 0.33] } as const
const LONG = 32

/**
 * Why a secret is not random, in words that complete "it is …"; undefined if it may be random. Detects what `openssl
 * rand` would not produce in millions of years: few characters, repetitions, sequences, and words. It cannot detect
 * that a secret was published.
 */
export function weaknessOf(secret: string): string | undefined {
  const long = secret.length >= LONG ? 1 : 0
  if (new Set(secret).size < BOUNDS.distinct[long]) return 'made of few different characters'
  if (deflateRawSync(secret).length < BOUNDS.deflated[long]) return 'a repetition'
  const pairs = Array.from({ length: secret.length - 1 }, (_, index) => secret.slice(index, index + 2))
  const share = (is: (pair: string) => boolean) => pairs.filter(is).length / pairs.length
  if (share((pair) => Math.abs(pair.charCodeAt(0) - pair.charCodeAt(1)) <= 1) > MOST_STEPS)
    return 'a sequence of neighbouring characters'
  if (TYPICAL.test(secret) || share((pair) => PAIRS.has(pair.toLowerCase())) > BOUNDS.english[long])
    return 'made of words'
  return undefined
}
