/** The owner of a password. Others know these values, so they are easily guessed. */
export interface PasswordOwner {
  email: string
  firstName: string
  lastName: string
}

/** Minimum number of characters besides easily guessed parts. */
export const MIN_PASSWORD_LENGTH = 8
const MIN_DIFFERENT_CHARACTERS = 4
/** Shorter parts of names and addresses occur in too many words. */
const MIN_WORD_LENGTH = 3
/** Known to everyone who uses this service. */
const SERVICE_NAMES = ['strongroom']
/** Replaces a whole word, which then counts as one character. */
const WORD = '\u0000'

/**
 * Whether a password is common or built from what is known about its owner, even with different case, accents, digits
 * for letters, or a few characters added: a common password, a name and a part of an address each count as one
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

/** From other years' lists: the package omits passwords that zxcvbn's other matchers find. */
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

/** About 49,000, as lookalikes; loaded when the first password is chosen, since most processes never need them. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) =>
      new Set(
        [...dictionary['passwords-common'], ...MORE_COMMON].map((password) => lookalike(plain(password)))
      )
  )
  return loaded
}

/** Removes what distinguishes variants of a letter: case, accents, width. */
const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const LOOKALIKES: Record<string, string> = {
  ...{ '@': 'a', '4': 'a', '3': 'e', '1': 'l', '!': 'l', i: 'l' },
  ...{ '0': 'o', $: 's', '5': 's', '7': 't' }
}

/** Replaces characters by the letters they commonly stand for; the length stays the same. */
const lookalike = (text: string) => text.replace(/[@431!i0$57]/g, (one) => LOOKALIKES[one] ?? one)

/** Replaces a word, or its lookalikes, by one character. */
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

/** Without the non-letters at both ends; unchanged if there is no letter. */
function withoutEnds(text: string): string {
  const letters = [...text.matchAll(/\p{L}/gu)]
  const last = letters.at(-1)
  return last === undefined ? text : text.slice(letters[0]?.index, last.index + last[0].length)
}

/** The owner's words in the order of searching: longest first, because they may contain others. */
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

/** The number of characters, not counting those that continue a run (next, previous or same character). */
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
