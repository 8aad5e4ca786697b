import { and, eq, getTableColumns, like, ne, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import { withTransaction, type DatabaseClient } from '../client.js'
import { bare, insertSelect, jsonObject, now, prepared, query, rendered, type Named } from '../statement.js'
import { endSessions } from './account-effects.js'
import { lockAccount } from './account-lock.js'
import { auditInMain, byAccount } from './audit-in-main.js'
import { insertMail } from './mail-queue.js'
import { settle, settling, type CountedAttempt } from './password-failures-repository.js'
import { tokenFamilies, users } from './schema.js'

// Only functions that check a password return password_hash.
const { password_hash, created_by, ...columns } = getTableColumns(users)

/** The columns of an account that are shown to its owner. */
export const userColumns = columns

/** An account as its owner sees it. */
export type User = Pick<typeof users.$inferSelect, keyof typeof columns>

/** An account that logs in. */
export type Person = User & { email: string }

/** An address in lower case, both composed (NFC) and as it was spelled. */
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
  /**
   * `verified`: the address counts as verified. `to verify`: a mail asks the owner to verify it. `unverified`: neither,
   * where no mail is sent.
   */
  address: 'verified' | 'to verify' | 'unverified'
  /** Whether it may create tenants where that needs a permission. */
  mayCreateTenants: boolean
  /** The IP address of the request; null for an operator. */
  ip: string | null
}

export interface PasswordChange {
  oldHash: string
  newHash: string
  /** The session that stays open. */
  sessionId: string
  /** The attempt that was counted for the check of the old password; the change takes it back. */
  guess: CountedAttempt
}

interface NameChange {
  first_name: string | null
  last_name: string | null
}

/** An address in the form used for comparison, since earlier versions stored addresses as they were typed. */
export const composed = (address: SQLWrapper): SQL => sql`normalize(${address}, NFC)`
export const composedEmail = composed(users.email)

const changePassword = rendered(
  (named: Named<Actor & Omit<PasswordChange, 'guess'> & ReturnType<typeof settling>>) => {
    const { userId, ip, oldHash, newHash, sessionId } = named
    const account = query.$with('account').as(
      query
        .update(users)
        .set({ password_hash: sql`${newHash}`, updated_at: now })
        .where(and(eq(users.id, userId), eq(users.password_hash, oldHash)))
        .returning({ id: users.id })
    )
    const ended = endSessions(account, ne(tokenFamilies.id, sessionId))
    const settled = settle(account, named)
    const audited = { ...byAccount(account), action: sql`'user.password_changed'`, ip }
    const event = query.$with('event', {}).as(auditInMain(audited, account))
    return query
      .with(account, ended, ...settled, event)
      .select({ ended: sql<string | null>`${ended.id}`.as('ended') })
      .from(account)
      .leftJoin(ended, sql`true`)
  }
)

export type UserRepository = ReturnType<typeof createUserRepository>

/** Accounts, as their owners use them; for operators, see {@link createAccountAdministration}. */
export function createUserRepository({ sql: client }: DatabaseClient) {
  const insert = prepared(client, (user: Named<NewUser>) => {
    const account = query.$with('account', columns).as(
      sql`${insertSelect(users, {
        id: sql`${user.id}::uuid`,
        email: sql`${user.email}::varchar`,
        password_hash: user.passwordHash,
        first_name: user.firstName,
        last_name: user.lastName,
        email_verified_at: sql`case when ${user.address} = 'verified' then now() end`,
        may_create_tenants: sql`${user.mayCreateTenants}::bool`
      })} where not exists (select from ${users} where ${composedEmail} = ${user.email}::varchar)
        on conflict (${bare(users.email)}) do nothing returning *`
    )
    const audited = { ...byAccount(account), action: sql`'user.registered'`, ip: user.ip }
    const event = query.$with('event', {}).as(auditInMain(audited, account))
    const mail = query
      .$with('mail', {})
      .as(
        insertMail(
          { kind: 'address', recipient: account.email, subjectId: account.id },
          account,
          sql`${user.address} = 'to verify'`
        )
      )
    return query.with(account, event, mail).select().from(account)
  })
  const findById = prepared(client, ({ id }: Named<{ id: string }>) =>
    query.select(columns).from(users).where(eq(users.id, id))
  )
  // Addresses written by earlier versions may be decomposed, so two accounts can have the same address in two forms.
  // Prefers the account with exactly this spelling, then the composed one.
  const findByEmail = prepared(client, ({ normalized, spelled }: Named<EmailAddress>) =>
    query
      .select({ ...columns, password_hash })
      .from(users)
      .where(eq(composedEmail, normalized))
      .orderBy(ne(users.email, spelled), ne(users.email, normalized))
      .limit(1)
  )
  const findPassword = prepared(client, ({ id }: Named<{ id: string }>) =>
    query.select({ password_hash }).from(users).where(eq(users.id, id))
  )
  const findPermission = prepared(client, ({ id }: Named<{ id: string }>) =>
    query
      .select({
        allowed:
          sql<boolean>`${users.may_create_tenants} or ${users.operator} or ${users.kind} = 'service'`.as(
            'allowed'
          )
      })
      .from(users)
      .where(eq(users.id, id))
  )
  const findBcryptCost = prepared(client, () =>
    query
      .select({ cost: sql<string | null>`max(substr(${password_hash}, 5, 2))`.as('cost') })
      .from(users)
      .where(like(password_hash, '$2%'))
  )
  const update = prepared(client, ({ userId, ip, first_name, last_name }: Named<Actor & NameChange>) => {
    const previous = query
      .$with('previous')
      .as(
        query
          .select({ id: users.id, first_name: users.first_name, last_name: users.last_name })
          .from(users)
          .where(eq(users.id, userId))
          .for('no key update')
      )
    const account = query.$with('account').as(
      query
        .update(users)
        .set({
          first_name: sql`coalesce(${first_name}, ${users.first_name})`,
          last_name: sql`coalesce(${last_name}, ${users.last_name})`,
          updated_at: now
        })
        .from(previous)
        .where(eq(users.id, previous.id))
        .returning(columns)
    )
    const namesOf = (row: typeof previous | typeof account) => ({
      first_name: row.first_name,
      last_name: row.last_name
    })
    const event = query.$with('event', {}).as(
      auditInMain(
        {
          ...byAccount(account),
          action: sql`'user.updated'`,
          details: jsonObject({ ...namesOf(account), previous: jsonObject(namesOf(previous)) }),
          ip
        },
        sql`${account}, ${previous} where (${account.first_name}, ${account.last_name})
          <> (${previous.first_name}, ${previous.last_name})`
      )
    )
    return query.with(previous, account, event).select().from(account)
  })
  const replaceHash = prepared(
    client,
    ({ id, oldHash, newHash }: Named<{ id: string; oldHash: string; newHash: string }>) =>
      query
        .update(users)
        .set({ password_hash: sql`${newHash}` })
        .where(and(eq(users.id, id), eq(password_hash, oldHash)))
        .returning({ id: users.id })
  )

  async function findWithPassword(
    address: EmailAddress
  ): Promise<{ user: Person; passwordHash: string | null } | null> {
    const [row] = await findByEmail(address)
    if (row === undefined) return null
    const { password_hash: passwordHash, ...user } = row
    return { user: user as Person, passwordHash }
  }

  return {
    async insert(user: NewUser): Promise<{ outcome: 'created'; user: Person } | { outcome: 'taken' }> {
      const [row] = await insert(user)
      return row ? { outcome: 'created', user: row as Person } : { outcome: 'taken' }
    },
    async findById(id: string): Promise<User | null> {
      const [row] = await findById({ id })
      return row ?? null
    },
    /** Finds an account that can log in; null for a service. */
    async findPerson(id: string): Promise<Person | null> {
      const [row] = await findById({ id })
      return row?.kind === 'person' ? (row as Person) : null
    },
    async findByEmail(address: EmailAddress): Promise<Person | null> {
      return (await findWithPassword(address))?.user ?? null
    },
    findWithPassword,
    /** Whether this is a person who may use the operators' routes. */
    async isOperator(id: string): Promise<boolean> {
      const [row] = await findById({ id })
      return row?.operator === true && row.is_active
    },
    async findPasswordHash(id: string): Promise<string | null> {
      const [row] = await findPassword({ id })
      return row?.password_hash ?? null
    },
    /**
     * Whether the account may create tenants: by permission, as an operator, or as a service, whose key needs the
     * scope.
     */
    async mayCreateTenants(id: string): Promise<boolean> {
      const [row] = await findPermission({ id })
      return row?.allowed === true
    },
    /** The highest cost of the bcrypt hashes left by earlier versions; null if there are none. */
    async findBcryptCost(): Promise<number | null> {
      const [row] = await findBcryptCost()
      return row?.cost == null ? null : Number(row.cost)
    },
    /** Changes the fields that are not undefined. */
    async update(
      actor: Actor,
      changes: { first_name?: string | undefined; last_name?: string | undefined }
    ): Promise<{ outcome: 'changed'; user: User } | { outcome: 'missing' }> {
      const { first_name = null, last_name = null } = changes
      const [row] = await update({ ...actor, first_name, last_name })
      return row ? { outcome: 'changed', user: row } : { outcome: 'missing' }
    },
    /** Replaces a hash with another one of the same password, unless the password was changed in the meantime. */
    async replaceHash(
      id: string,
      oldHash: string,
      newHash: string
    ): Promise<{ outcome: 'replaced' } | { outcome: 'outdated' }> {
      const rows = await replaceHash({ id, oldHash, newHash })
      return { outcome: rows.length > 0 ? 'replaced' : 'outdated' }
    },
    /** Changes the password and ends all other sessions, if the password is still the old one. */
    async changePassword(
      actor: Actor,
      { guess, ...change }: PasswordChange
    ): Promise<{ outcome: 'changed'; ended: string[] } | { outcome: 'outdated' }> {
      const rows = await withTransaction(client, async (transaction) => {
        await lockAccount(transaction, actor)
        return changePassword(transaction, { ...actor, ...change, ...settling(guess) })
      })
      if (rows.length === 0) return { outcome: 'outdated' }
      return { outcome: 'changed', ended: rows.flatMap(({ ended }) => ended ?? []) }
    }
  }
}
