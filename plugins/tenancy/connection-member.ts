import type postgres from 'postgres'

/** The user of a pool's connections. */
export interface Holder {
  leases: number
  /** Milliseconds, from performance.now(). */
  lastUsed: number
  /** Removes the reason why the server refused a connection. @returns false if it cannot */
  repair(error: Error): Promise<boolean>
  /** Called when the pool has no connection left, and needs none. */
  onEmpty(): void
}

/** A pool that shares the connections. */
export interface Member {
  holder: Holder
  sql?: postgres.Sql
  connections: number
  /** One for each retired connection that is still open. */
  retiring: NodeJS.Timeout[]
  state: 'content' | 'waiting' | 'opening'
  /** Milliseconds, from performance.now(): when its wait times out. */
  deadline: number
  deadlineTimer?: NodeJS.Timeout
  lookTimer?: NodeJS.Timeout
  repaired: boolean
  /** Why the server refused it during this wait. */
  refusal?: Error
}

export const newMember = (holder: Holder): Member => ({
  holder,
  connections: 0,
  retiring: [],
  state: 'content',
  deadline: Infinity,
  repaired: false
})

/** Whether it has queries that were not sent. */
export const isWanting = ({ sql }: Member) => sql !== undefined && sql.pool().waiting > 0

export const canOpen = ({ sql }: Member) => sql !== undefined && sql.pool().closed > 0

/** Whether its turn may come. */
export const isReady = (member: Member) => canOpen(member) || !isWanting(member)

/** Whether it has connections that will run its waiting queries. */
export function isServed({ sql }: Member): boolean {
  if (sql === undefined) return false
  const { idle, busy } = sql.pool()
  return idle + busy > 0
}

export const asCandidate = (member: Member) => ({
  member,
  live: member.connections - member.retiring.length - (member.state === 'opening' ? 1 : 0),
  idle: member.sql?.pool().idle ?? 0,
  leases: member.holder.leases,
  lastUsed: member.holder.lastUsed
})
