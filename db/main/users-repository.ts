import type { Actor } from '../actor.js'
import { statement, withTransaction, type DatabaseClient } from '../client.js'
import { LOCK_ACCOUNT } from './account-lock.js'
import { insertAuditEvent } from '../audit-event.js'

/** An account as its owner sees it. */
export interface User {
  id: string
  email: string
  first_name: string
  last_name: string
  is_active: boolean
  created_at: string
  updated_at: string
}

/** An address in lower case: composed (NFC), and as it was spelled. */
export interface EmailAddress {
  normalized: string
  spelled: string
}

export interface NewUser {
  id: string
  email: string
  passwordHash: string
  firstName: string
  lastName: string
  /** Where it was asked for; null: by an operator. */
  ip: string | null
}

export interface PasswordChange {
  oldHash: string
  newHash: string
  /** The session that goes on. */
  sessionId: string
  /** What failures were counted for; they are forgiven. */
  subject: string
}

// password_hash never leaves the repository but for checking a password.
const COLUMNS = 'id, email, first_name, last_name, is_active, created_at, updated_at'

/**
 * Which account has an address ($1, lower case and composed). Those of earlier versions may have it decomposed, and two
 * of them the same address in two forms: then it is the one that is spelled like $2, or else the composed one.
 */
const HAS_EMAIL = 'where normalize(email, NFC) = $1 order by email <> $2, email <> $1 limit 1'

export type UserRepository = ReturnType<typeof createUserRepository>

/** Accounts, and what their owners do with them. What operators do: {@link createAccountAdministration}. */
export function createUserRepository({ sql }: DatabaseClient) {
  const target = { userId: 'id', targetType: `'user'`, targetId: 'id' }
  const insert = statement<User>(
    sql,
    `with account as (
       insert into users (id, email, password_hash, first_name, last_name) select $1::uuid, $2::varchar, $3, $4, $5
       where not exists (select from users where normalize(email, NFC) = $2::varchar) on conflict (email) do nothing returning ${COLUMNS}
     ), event as (${insertAuditEvent('account', { ...target, action: `'user.registered'`, ip: '$6' })})
     select ${COLUMNS} from account`
  )
  const findById = statement<User>(sql, `select ${COLUMNS} from users where id = $1`)
  const findByEmail = statement<User>(sql, `select ${COLUMNS} from users ${HAS_EMAIL}`)
  const findWithPassword = statement<User & { password_hash: string }>(
    sql,
    `select ${COLUMNS}, password_hash from users ${HAS_EMAIL}`
  )
  const findPassword = statement<{ password_hash: string }>(
    sql,
    'select password_hash from users where id = $1'
  )
  const findBcryptCost = statement<{ cost: string | null }>(
    sql,
    `select max(substr(password_hash, 5, 2)) as cost from users where password_hash like '$2%'`
  )
  const update = statement<User>(
    sql,
    `with previous as (
       select id as previous_id, first_name as previous_first_name, last_name as previous_last_name
       from users where id = $1 for no key update
     ), account as (
       update users set first_name = coalesce($2, first_name), last_name = coalesce($3, last_name), updated_at = now()
       from previous where id = previous_id returning ${COLUMNS}, previous_first_name, previous_last_name
     ), event as (${insertAuditEvent(
       'account where (first_name, last_name) <> (previous_first_name, previous_last_name)',
       {
         ...target,
         action: `'user.updated'`,
         details: `jsonb_build_object('first_name', first_name, 'last_name', last_name,
           'previous', jsonb_build_object('first_name', previous_first_name, 'last_name', previous_last_name))`,
         ip: '$4'
       }
     )})
     select ${COLUMNS} from account`
  )
  const replaceHash = statement(
    sql,
    'update users set password_hash = $3 where id = $1 and password_hash = $2 returning id'
  )
  const changePassword = `
    with account as (
      update users set password_hash = $3, updated_at = now() where id = $1 and password_hash = $2 returning id
    ), ended as (
      update token_families family set revoked_at = now() from account
      where family.user_id = account.id and family.id <> $4 and revoked_at is null returning family.id
    ), forgiven as (
      delete from password_failures using account where subject = $5
    ), event as (${insertAuditEvent('account', { ...target, action: `'user.password_changed'`, ip: '$6' })})
    select ended.id as ended from account left join ended on true`

  return {
    /** Null when the e-mail address is taken. */
    async insert(user: NewUser): Promise<User | null> {
      const { id, email, passwordHash, firstName, lastName, ip } = user
      const [row] = await insert(id, email, passwordHash, firstName, lastName, ip)
      return row ?? null
    },
    async findById(id: string): Promise<User | null> {
      const [row] = await findById(id)
      return row ?? null
    },
    async findByEmail({ normalized, spelled }: EmailAddress): Promise<User | null> {
      const [row] = await findByEmail(normalized, spelled)
      return row ?? null
    },
    async findWithPassword(address: EmailAddress): Promise<{ user: User; passwordHash: string } | null> {
      const [row] = await findWithPassword(address.normalized, address.spelled)
      if (row === undefined) return null
      const { password_hash: passwordHash, ...user } = row
      return { user, passwordHash }
    },
    async findPasswordHash(id: string): Promise<string | null> {
      const [row] = await findPassword(id)
      return row?.password_hash ?? null
    },
    /** The highest cost of the bcrypt hashes that earlier versions left; null when there are none. */
    async findBcryptCost(): Promise<number | null> {
      const [row] = await findBcryptCost()
      return row?.cost == null ? null : Number(row.cost)
    },
    /** Leaves out what is undefined. Null when there is no such user any more. */
    async update(
      actor: Actor,
      changes: { first_name?: string | undefined; last_name?: string | undefined }
    ): Promise<User | null> {
      const { first_name = null, last_name = null } = changes
      const [row] = await update(actor.userId, first_name, last_name, actor.ip)
      return row ?? null
    },
    /** Puts a hash of the same password in the place of another; false when that was changed meanwhile. */
    async replaceHash(id: string, oldHash: string, newHash: string): Promise<boolean> {
      return (await replaceHash(id, oldHash, newHash)).length > 0
    },
    /**
     * Changes the password and ends all other sessions; returns these, or null when the password is not the
     * old one any more.
     */
    async changePassword(actor: Actor, change: PasswordChange): Promise<string[] | null> {
      const { oldHash, newHash, sessionId, subject } = change
      const rows = await withTransaction(sql, async (transaction) => {
        await statement(transaction, LOCK_ACCOUNT)(actor.userId)
        const work = statement<{ ended: string | null }>(transaction, changePassword)
        return work(actor.userId, oldHash, newHash, sessionId, subject, actor.ip)
      })
      if (rows.length === 0) return null
      return rows.flatMap(({ ended }) => (ended === null ? [] : [ended]))
    }
  }
}
