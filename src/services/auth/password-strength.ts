/** Whom a password is for: what others know of them is easily guessed. */
export interface PasswordOwner {
  email: string
  firstName: string
  lastName: string
}

/** Characters that a password must have besides what is easily guessed in it. */
export const MIN_PASSWORD_LENGTH = 8
const MIN_DIFFERENT_CHARACTERS = 4
/** Shorter parts of names and addresses are in too many words. */
const MIN_WORD_LENGTH = 3
/** What everybody who uses this service knows. */
const SERVICE_NAMES = ['strongroom']
/** Stands for a whole word that counts as one character. */
const WORD = '\u0000'

/**
 * Whether a password is common or made of what is known of its owner, also with other case, accents, digits for letters,
 * or a little before, behind or in between: a common password, a name and a part of an address each count as one
 * character, as does a run such as "abcd" or "6543", and a repetition counts once. (NIST SP 800-63B §3.1.1.2)
 * @param password bounded by the caller: the time grows with its length
 */
export async function isEasilyGuessed(password: string, owner: PasswordOwner): Promise<boolean> {
  const common = await commonPasswords()
  const isCommon = (text: string) =>
    common.has(lookalike(text)) || common.has(lookalike(Array.from(text).reverse().join('')))
  const once = withoutRepetition(plain(password))
  if (isCommon(once) || new Set(once).size < MIN_DIFFERENT_CHARACTERS) return true
  const core = withoutEnds(once)
  const words = isCommon(core) ? [core, ...wordsOf(owner)] : wordsOf(owner)
  return count(words.reduce(replaceWord, once)) < MIN_PASSWORD_LENGTH
}

/** In the lists of other years; that package leaves out what its own program would find in another way. */
const MORE_COMMON = [
  'linkedin',
  'gwerty',
  '1g2w3e4r',
  'zag12wsx',
  'dearbook',
  '111222tianya',
  'iamthebest',
  'ilovemymom'
]

let loaded: Promise<ReadonlySet<string>> | undefined

/** Some 49,000, as lookalikes; loaded when the first password is chosen, since most processes never need them. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) =>
      new Set(
        [...dictionary['passwords-common'], ...MORE_COMMON].map((password) => lookalike(plain(password)))
      )
  )
  return loaded
}

/** Without what tells variants of a letter apart: case, accents, width. */
const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const LOOKALIKES: Record<string, string> = {
  ...{ '@': 'a', '4': 'a', '3': 'e', '1': 'l', '!': 'l', i: 'l' },
  ...{ '0': 'o', $: 's', '5': 's', '7': 't' }
}

/** Letters in the place of what is often written for them; of the same length. */
const lookalike = (text: string) => text.replace(/[@431!i0$57]/g, (one) => LOOKALIKES[one] ?? one)

/** Puts one character in the place of a word, wherever it or a lookalike stands. */
function replaceWord(text: string, word: string): string {
  const pieces: string[] = []
  const seen = lookalike(text)
  const sought = lookalike(word)
  let from = 0
  for (let at = seen.indexOf(sought); at !== -1; at = seen.indexOf(sought, from)) {
    pieces.push(text.slice(from, at))
    from = at + word.length
  }
  return [...pieces, text.slice(from)].join(WORD)
}

/** "abcabc" becomes "abc". */
function withoutRepetition(text: string): string {
  return text.slice(0, (text + text).indexOf(text, 1))
}

/** Without what is not a letter in front and behind; all of it when there is no letter. */
function withoutEnds(text: string): string {
  const letters = [...text.matchAll(/\p{L}/gu)]
  const last = letters.at(-1)
  return last === undefined ? text : text.slice(letters[0]?.index, last.index + last[0].length)
}

/** The owner's words in the order in which they are looked for: the long ones, which hold others, first. */
function wordsOf({ email, firstName, lastName }: PasswordOwner): string[] {
  const [local = '', domain = ''] = email.split('@')
  const texts = [firstName, lastName, firstName + lastName, lastName + firstName, email, local, domain]
  const words = texts.flatMap((text) => {
    const parts = plain(text).split(/[^\p{L}\p{N}]+/u)
    return [plain(text), parts.join(''), ...parts]
  })
  return [...new Set([...SERVICE_NAMES, ...words])]
    .filter((word) => word.length >= MIN_WORD_LENGTH)
    .sort((a, b) => b.length - a.length)
}

/** Characters, of which each that continues a run (the next one, the one before or the same again) does not count. */
function count(text: string): number {
  let counted = 0
  let [before, step] = [NaN, NaN]
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const next = code - before
    if (next !== step || Math.abs(next) > 1) counted += 1
    ;[before, step] = [code, next]
  }
  return counted
}
