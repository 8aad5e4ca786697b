import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { insertSelect, query, rendered, secondsFromNow, type Named } from '../statement.js'
import { mails, type MailKind } from './schema.js'

export type { MailKind } from './schema.js'

/**
 * Maximum number of mails to one address within an hour. Links for passwords and addresses count only each other, so
 * that other people's invitations cannot use up the limit of what the owner of an address asks for.
 */
export const MAILS_PER_HOUR = 3

/**
 * Seconds that a mail may wait for its address's limit to allow another one; a mail that would have to wait longer is
 * not queued.
 */
const PATIENCE: Record<MailKind, number> = {
  // An invited person cannot know to ask for the mail again.
  invitation: 86_400,
  address: 0,
  password: 0,
  webhook: 86_400,
  export: 3_600
}

/**
 * Serializes the queueing of mails to one address until the transaction ends. It is a separate statement, so that the
 * statement that queues a mail counts all earlier ones.
 */
export const lockRecipient = rendered(({ recipient }: Named<{ recipient: string }>) =>
  query
    .select({
      locked: sql<null>`pg_advisory_xact_lock(hashtextextended('mail to ' || ${recipient}::varchar, 0))`.as(
        'locked'
      )
    })
    .from(sql`(select) nothing`)
)

/** The mails that count towards the limit of a kind. */
const COUNTED: Record<MailKind, SQL> = {
  invitation: sql`true`,
  address: sql`kind in ('address', 'password')`,
  password: sql`kind in ('address', 'password')`,
  webhook: sql`true`,
  export: sql`true`
}

interface MailSql {
  kind: MailKind
  recipient: SQLWrapper
  subjectId: SQLWrapper
}

/** Whether a mail is waiting. */
export const isWaiting = ({ kind, recipient, subjectId }: MailSql): SQL => sql`exists (select from ${mails}
  where recipient = ${recipient} and kind = ${kind} and subject_id = ${subjectId} and due_at is not null)`

/**
 * The INSERT that queues a mail for every row of `source`, which has no WHERE; it belongs in the statement that makes
 * the mail necessary. It queues nothing while the same mail is still waiting, or if the address has reached its limit.
 */
export function insertMail(mail: MailSql, source: SQLWrapper, condition: SQL): SQL<never> {
  const { kind, recipient, subjectId } = mail
  const moment = sql`coalesce(sent_at, due_at)`
  const third = sql`select ${moment} + interval '1 hour' from ${mails}
    where recipient = ${recipient} and ${COUNTED[kind]} and ${moment} is not null
    order by 1 desc offset ${sql.raw(String(MAILS_PER_HOUR - 1))} limit 1`
  const values = {
    id: sql`gen_random_uuid()`,
    recipient,
    kind: sql`${kind}`,
    subject_id: subjectId,
    due_at: sql`slot.due_at`
  }
  return insertSelect(
    mails,
    values,
    sql`${source} cross join lateral (select greatest(now(), (${third})) as due_at) slot
      where slot.due_at <= ${secondsFromNow(PATIENCE[kind])} and not ${isWaiting(mail)} and ${condition}`
  )
}
