import { randomBytes } from 'node:crypto'
import { hash, parseOptions, verify } from '@node-rs/argon2'
import { verify as verifyBcrypt } from '@node-rs/bcrypt'
import { normalizePassword } from '../../core/normalize-password.js'

/** The cost of one argon2id hash. Each hash uses that much memory while it is computed. */
export interface HashCost {
  memoryKib: number
  iterations: number
}

/** bcrypt reads this many bytes and ignores the rest. */
const MAX_BCRYPT_BYTES = 72
/** The prefix of the hashes that this version makes; only their costs can be compared. */
const ARGON2ID = '$argon2id$v=19$'
/** The minimum memory of argon2 (RFC 9106 §3.1), KiB. */
const LEAST_MEMORY_KIB = 8

/**
 * Hashes passwords with argon2id (RFC 9106), one thread per hash: more threads would only use more CPU at once. Also
 * verifies the bcrypt hashes of earlier versions. Everything runs on libuv's threads.
 */
export interface PasswordHasher {
  hash(password: string): Promise<string>
  /**
   * Returning false takes the same time whatever `stored` is: null (no such account), a hash of the current cost, a
   * cheaper one, or bcrypt.
   * @param bcryptCost the highest cost of the bcrypt hashes that accounts still have; null if there are none
   */
  verify(password: string, stored: string | null, bcryptCost: number | null): Promise<boolean>
  /** Whether the hash was made at a lower cost than the current one, or by bcrypt. */
  isWeak(stored: string): boolean
}

export function createPasswordHasher(cost: HashCost): PasswordHasher {
  const options = { memoryCost: cost.memoryKib, timeCost: cost.iterations, parallelism: 1 }
  const decoy = decoyOf(cost)

  /** Spends the time that a cheaper hash saved, so that wrong guesses always take equally long. */
  async function spendRest(stored: string): Promise<void> {
    const rest = work(cost) - work(costOf(stored))
    const memoryCost = Math.floor(rest / cost.iterations)
    if (memoryCost >= LEAST_MEMORY_KIB) await hash('', { ...options, memoryCost })
  }

  return {
    hash: (password) => hash(normalizePassword(password), options),

    async verify(password, stored, bcryptCost) {
      const normalized = normalizePassword(password)
      if (stored !== null && isBcrypt(stored)) {
        if (await matchesBcrypt(password, stored)) return true
        await spendBcrypt(password, bcryptCostOf(stored), bcryptCost)
        await verify(decoy, normalized)
        return false
      }
      const against = stored ?? decoy
      if ((await verify(against, normalized)) && stored !== null) return true
      await spendRest(against)
      if (bcryptCost !== null) {
        await matchesBcrypt(password, bcryptDecoyOf(bcryptCost))
      }
      return false
    },

    isWeak: (stored) => !stored.startsWith(ARGON2ID) || work(costOf(stored)) < work(cost)
  }
}

/** The time to compute a hash is proportional to this. */
const work = ({ memoryKib, iterations }: HashCost) => memoryKib * iterations

function costOf(stored: string): HashCost {
  const { memoryCost, timeCost } = parseOptions(stored)
  return { memoryKib: memoryCost, iterations: timeCost }
}

/** A random hash that no known password matches, to verify against when there is no account. */
function decoyOf({ memoryKib, iterations }: HashCost): string {
  const random = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '')
  return `${ARGON2ID}m=${memoryKib},t=${iterations},p=1$${random(16)}$${random(32)}`
}

const isBcrypt = (stored: string) => stored.startsWith('$2')
const bcryptCostOf = (stored: string) => Number(stored.slice(4, 6))
const bcryptDecoyOf = (cost: number) => `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`

/** Earlier versions hashed a password as it was typed: composed or decomposed, with any kind of space. */
function bcryptForms(password: string): string[] {
  return [...new Set([normalizePassword(password), password, password.normalize('NFD')])]
}

/** Always tries all forms, so that the time does not reveal which one matched. */
async function matchesBcrypt(password: string, stored: string): Promise<boolean> {
  let matches = false
  for (const form of bcryptForms(password)) {
    const same = await verifyBcrypt(form, stored)
    // bcrypt ignores the bytes after these, so it would accept a longer password by its beginning alone.
    matches ||= same && Buffer.byteLength(form) <= MAX_BCRYPT_BYTES
  }
  return matches
}

/**
 * Each step of the cost doubles the time, so one hash of each cost from `done` to below `highest` takes the missing
 * time.
 */
async function spendBcrypt(password: string, done: number, highest: number | null): Promise<void> {
  for (let cost = done; cost < (highest ?? done); cost++) await matchesBcrypt(password, bcryptDecoyOf(cost))
}
