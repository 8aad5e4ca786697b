import { and, asc, eq, gt, isNull, lte, or, sql, type Column, type SQL } from 'drizzle-orm'
import { withTransaction, type DatabaseClient } from '../client.js'
import {
  insertSelect,
  jsonObject,
  now,
  prepared,
  query,
  rendered,
  type Client,
  type Named
} from '../statement.js'
import { endSessions } from './account-effects.js'
import { lockAccount } from './account-lock.js'
import { accountDeleted } from './account-removal.js'
import { auditInMain, byAccount } from './audit-in-main.js'
import { forgetAccount } from './password-failures-repository.js'
import { auditLog, erasedUsers, events, invitations, mails, outbox, users } from './schema.js'
import { composed } from './users-repository.js'

interface ById {
  userId: string
}
/** The address is null if the account was deleted before. */
type Traces = ById & { email: string | null }
/** So is the key of its wrong passwords. */
type Finish = Traces & { accountKey: string | null; osUser: string }

/** How many events of the log one statement reads; it bounds the statement's running time. */
const SCRUBBED_AT_ONCE = 1_000

const mark = rendered(({ userId }: Named<ById>) => {
  const account = query
    .$with('account')
    .as(
      query
        .update(users)
        .set({ is_active: false, updated_at: now })
        .where(eq(users.id, userId))
        .returning({ id: users.id })
    )
  const ended = endSessions(account)
  const marked = query
    .$with('marked', {})
    .as(sql`${insertSelect(erasedUsers, { user_id: sql`${userId}::uuid` })} on conflict do nothing`)
  return query.with(account, ended, marked).select({ id: account.id }).from(account)
})

/** Whether the address is one of the arguments in the details of an operator's command, such as `--admin-email=…`. */
const names = (details: SQL, email: Named<Traces>['email']) =>
  sql`exists (select from jsonb_array_elements_text(coalesce(${details} -> 'arguments', '[]')) as typed
    where ${composed(sql`lower(trim(regexp_replace(typed, '^--[a-z-]+=', '')))`)} = ${composed(sql`${email}::text`)})`
const withoutArguments = (details: SQL) => sql`${details} || '{"arguments": ["(erased)"]}'`

/** The UPDATE that removes the person's addresses and names from events of a table. */
function scrub(table: typeof outbox | typeof events, { userId, email }: Named<Traces>, which?: SQL) {
  const { data, event_type } = table
  const details = sql`${data} -> 'details'`
  const command = sql`${data} ->> 'action' = 'operator.command' and ${names(sql`(${details})`, email)}`
  return query
    .update(table as typeof outbox)
    .set({
      data: sql`${data} || '{"ip": null}' || case
        when ${data} ->> 'action' = 'user.updated' then '{"details": {}}'
        when ${command} then jsonb_build_object('details', ${withoutArguments(details)})
        else '{}' end`
    })
    .where(and(which, eq(event_type, 'audit.log'), or(eq(table.user_id, userId), command)))
    .returning({ event_id: table.event_id })
}
const scrubOutbox = rendered((named: Named<Traces>) => scrub(outbox, named))
/** Scrubs the next events after a position, and returns the last one's position, or null at the end of the log. */
const scrubLog = rendered((named: Named<Traces & { after: number }>) => {
  const { position } = events
  const next = query
    .$with('next')
    .as(
      query
        .select({ position })
        .from(events)
        .where(gt(position, named.after))
        .orderBy(asc(position))
        .limit(SCRUBBED_AT_ONCE)
    )
  const last = sql<number | null>`(select max(position) from ${next})`
  const range = and(gt(position, named.after), lte(position, last))
  const scrubbed = query.$with('scrubbed').as(scrub(events, named, range))
  return query
    .with(next, scrubbed)
    .select({ last: last.as('last') })
    .from(sql`(select) nothing`)
})

const finish = rendered((named: Named<Finish>) => {
  const { userId, osUser } = named
  const account = query
    .$with('account')
    .as(query.delete(users).where(eq(users.id, userId)).returning({ id: users.id }))
  const person = query
    .$with('person')
    .as(
      query.select({ user_id: erasedUsers.user_id }).from(erasedUsers).where(eq(erasedUsers.user_id, userId))
    )
  const deleted = query.$with('deleted', {}).as(accountDeleted(person, person.user_id, true))
  const event = query.$with('event', {}).as(
    auditInMain(
      {
        action: sql`'user.erased'`,
        ...byAccount({ id: person.user_id }),
        details: jsonObject({ by: 'operator', os_user: sql`${osUser}::text` })
      },
      person
    )
  )
  const address = sql`${named.email}::varchar`
  const isOwn = (column: Column) => or(eq(column, address), eq(column, composed(address)))
  const uninvited = query.$with('uninvited').as(query.delete(invitations).where(isOwn(invitations.email)))
  const unmailed = query.$with('unmailed').as(query.delete(mails).where(isOwn(mails.recipient)))
  return query
    .with(account, person, deleted, event, uninvited, unmailed, ...forgetAccount(person, named.accountKey))
    .select({ id: account.id })
    .from(account)
})

async function scrubSome(client: Client, person: Traces, after: number): Promise<number | null> {
  const [row] = await scrubLog(client, { ...person, after })
  return row?.last ?? null
}

export type ErasureRepository = ReturnType<typeof createErasureRepository>

/**
 * Erases a person: deletes the account; audit entries and documents stay, with only its id.
 * @param osUser who runs the command
 */
export function createErasureRepository({ sql: client }: DatabaseClient, osUser: string) {
  const scrubCommands = prepared(client, ({ email }: Named<{ email: string }>) => {
    const { details, action, tenant_id, user_id } = auditLog
    return query
      .update(auditLog)
      .set({ details: withoutArguments(sql`${details}`) })
      .where(
        and(isNull(tenant_id), isNull(user_id), eq(action, 'operator.command'), names(sql`${details}`, email))
      )
      .returning({ event_id: auditLog.event_id })
  })
  return {
    /**
     * Ends the sessions, deactivates the account, and from now on keeps the person's addresses and names out of the
     * audit log. Idempotent; the account need not exist.
     */
    async begin(userId: string): Promise<void> {
      await withTransaction(client, async (transaction) => {
        await lockAccount(transaction, { userId })
        await mark(transaction, { userId })
      })
    },
    /** Removes the address from operators' commands in the audit log. */
    async scrubCommands(email: string): Promise<void> {
      await scrubCommands({ email })
    },
    /**
     * Removes addresses and names from up to 1,000 events of the log after a position. @returns the last one's position;
     * null at the end of the log
     */
    scrubSome: (person: Traces, after: number) => scrubSome(client, person, after),
    /**
     * Removes addresses and names from the events in the outbox, and from those of the log after a position, then deletes
     * the account.
     */
    async finish(account: Omit<Finish, 'osUser'>, after: number): Promise<void> {
      await withTransaction(client, async (transaction) => {
        // In this order: a relay may move events from the outbox to the end of the log meanwhile.
        await scrubOutbox(transaction, account)
        let next: number | null = after
        while (next !== null) next = await scrubSome(transaction, account, next)
        await finish(transaction, { ...account, osUser })
      })
    }
  }
}
