import type postgres from 'postgres'
import { sleep } from '../../core/concurrency/sleep.js'
import { AppError } from '../../core/errors.js'
import { codeOf, SQLSTATE } from '../../db/error-codes.js'
import { chooseVictim } from './choose-victim.js'
import { CircuitBreaker } from './circuit-breaker.js'
import {
  asCandidate,
  canOpen,
  isReady,
  isServed,
  isWanting,
  newMember,
  type Holder,
  type Member
} from './connection-member.js'

/** Milliseconds between two attempts to connect to a server without free connections. */
const RETRY_MS = 50
/** Milliseconds after which a retired connection counts as held up by its work, and another one is retired as well. */
const RETIREMENT_MS = 100

/** Milliseconds for which no pool grows after the server refused a connection to a pool that already had one. */
const GROWTH_PAUSE_MS = 1_000

export interface CapOptions {
  /** Maximum number of connections at once, opening and closing ones included. */
  maxConnections: number
  /**
   * Milliseconds that queries must wait, or that all of a pool's connections must be busy with the same work, before
   * the pool gets another one.
   */
  growMs: number
  /** Maximum wait of a pool without any connection, in milliseconds. */
  waitMs: number
}

/** A pool's share of the connections. */
export interface Share {
  /** Pass this to postgres.js. */
  gate: postgres.Gate
  isEmpty(): boolean
  /** Whether it waits in line for a connection. */
  isWaiting(): boolean
}

/** The current state, and counts since the start. */
export interface ConnectionCounts {
  /** Opening and closing ones included. */
  connections: number
  waiting: number
  waits: number
  connects: number
  failedConnects: number
  retirements: number
  /** The maximum number of connections. */
  max: number
  /** 1 while the server counts as down, otherwise 0. */
  down: number
}

/**
 * The connections of this process to one server, shared by many pools. Each pool has as few as it needs: it gets the
 * first when a query has none, and another one only if queries wait for `growMs` while connections are free and no pool
 * is in line. A connection counts until its socket has closed, so the server never sees more than `maxConnections`.
 *
 * Pools without any connection wait in line. For each of them, one connection of another pool is retired: it gets no
 * new queries, and closes when its work is done. So no work is broken, and busy pools cannot keep others out.
 */
export class ConnectionCap {
  /** The pools with connections; the one that last opened a connection comes last. */
  readonly #members = new Set<Member>()
  readonly #line: Member[] = []
  readonly #breaker = new CircuitBreaker()
  readonly #done = { waits: 0, connects: 0, failedConnects: 0, retirements: 0 }
  #connections = 0
  /** When pools may grow again after the server refused a connection; from performance.now(). */
  #nextGrowth = 0
  /** A timer for each retired connection that should close soon. */
  readonly #expected = new Set<NodeJS.Timeout>()

  constructor(private readonly options: CapOptions) {}

  /** Lets another pool share the connections. */
  admit(holder: Holder): Share {
    const member = newMember(holder)
    return {
      gate: {
        wanted: (sql, age) => {
          member.sql = sql
          return this.#wanted(member, age)
        },
        opened: () => this.#opened(member),
        refused: (_sql, error) => void this.#refused(member, error as Error),
        closed: (_sql, retired) => this.#closed(member, retired)
      },
      isEmpty: () => member.connections === 0 && member.state === 'content',
      isWaiting: () => member.state === 'waiting'
    }
  }

  /** False while the server counts as down, except when the next attempt to reach it is due. */
  get isReachable(): boolean {
    return this.#breaker.mayTry
  }

  counts(): ConnectionCounts {
    const down = this.#breaker.isDown ? 1 : 0
    const { maxConnections: max } = this.options
    return { connections: this.#connections, max, waiting: this.#line.length, down, ...this.#done }
  }

  get #isFull(): boolean {
    return this.#connections >= this.options.maxConnections
  }

  /** @returns whether the waiting queries will get a connection */
  #wanted(member: Member, age: number): boolean {
    if (age < this.options.growMs) {
      this.#lookLater(member)
      return false
    }
    if (member.state === 'content') {
      if (age === Infinity) this.#enqueue(member)
      else if (!this.#grow(member)) this.#lookLater(member)
    }
    return member.state !== 'content'
  }

  #enqueue(member: Member): void {
    this.#wait(member)
    this.#line.push(member)
    this.#dispatch()
    if (member.state === 'waiting') this.#done.waits += 1
  }

  #grow(member: Member): boolean {
    const isFree = this.#line.length === 0 && !this.#isFull && performance.now() >= this.#nextGrowth
    if (!isFree || !canOpen(member) || !this.#breaker.tries()) return false
    this.#open(member)
    return true
  }

  /** Queries that still wait after `growMs` have waited for too long, whatever the connections have done meanwhile. */
  #lookLater(member: Member): void {
    member.lookTimer ??= setTimeout(() => {
      delete member.lookTimer
      if (isWanting(member) && isServed(member)) this.#wanted(member, this.options.growMs)
    }, this.options.growMs)
  }

  #open(member: Member): void {
    member.state = 'opening'
    member.connections += 1
    this.#connections += 1
    this.#done.connects += 1
    member.sql?.grow()
  }

  #opened(member: Member): void {
    this.#breaker.succeeded()
    this.#members.delete(member)
    this.#members.add(member)
    this.#settle(member)
    this.#makeRoom()
  }

  async #refused(member: Member, error: Error): Promise<void> {
    this.#done.failedConnects += 1
    this.#breaker.failed(error)
    if (isServed(member)) {
      this.#nextGrowth = performance.now() + GROWTH_PAUSE_MS
      this.#settle(member)
      return
    }
    this.#wait(member)
    member.refusal = error
    const isServerFull = codeOf(error) === SQLSTATE.tooManyConnections
    // This process may itself hold the connections that the server lacks.
    if (isServerFull) this.#retireOne(true)
    const fate = isServerFull
      ? await sleep(RETRY_MS).then(() => 'again' as const)
      : await this.#repair(member, error)
    // Its wait may have ended meanwhile.
    if (member.state !== 'waiting') return
    if (fate !== 'again') this.#fail(member, fate)
    else if (performance.now() >= member.deadline) this.#fail(member, busy(error))
    else {
      this.#line.unshift(member)
      this.#dispatch()
    }
  }

  /** Tries a repair, once for each wait. @returns the error if that did not help */
  async #repair(member: Member, error: Error): Promise<'again' | Error> {
    if (member.repaired) return error
    member.repaired = true
    try {
      return (await member.holder.repair(error)) ? 'again' : error
    } catch (failure) {
      return failure as Error
    }
  }

  #closed(member: Member, retired: boolean): void {
    member.connections -= 1
    this.#connections -= 1
    if (retired) this.#stopExpecting(member.retiring.shift())
    if (member.connections === 0) this.#members.delete(member)
    this.#dispatch()
    if (member.connections === 0 && member.state === 'content') member.holder.onEmpty()
  }

  /** From now on, the pool waits until it has a connection or fails. */
  #wait(member: Member): void {
    member.state = 'waiting'
    if (member.deadlineTimer !== undefined) return
    member.deadline = performance.now() + this.options.waitMs
    member.deadlineTimer = setTimeout(() => {
      // While a connection is being opened, the time limit for connecting applies.
      if (member.state === 'waiting') this.#fail(member, busy(member.refusal))
    }, this.options.waitMs)
  }

  #settle(member: Member): void {
    member.state = 'content'
    member.repaired = false
    delete member.refusal
    clearTimeout(member.deadlineTimer)
    delete member.deadlineTimer
    if (member.connections === 0) member.holder.onEmpty()
  }

  #fail(member: Member, error: Error): void {
    this.#leaveLine(member)
    this.#settle(member)
    member.sql?.rejectQueued(error)
  }

  /** Opens connections for the pools in line, as far as any are free. */
  #dispatch(): void {
    // A pool whose connection was refused is ready again when the socket has closed.
    for (let next = this.#line.find(isReady); next !== undefined; next = this.#line.find(isReady)) {
      if (isWanting(next) && this.#isFull && this.#breaker.mayTry) break
      this.#leaveLine(next)
      if (!isWanting(next)) this.#settle(next)
      else if (this.#breaker.tries()) this.#open(next)
      else this.#fail(next, this.#breaker.error)
    }
    this.#makeRoom()
  }

  #leaveLine(member: Member): void {
    const place = this.#line.indexOf(member)
    if (place >= 0) this.#line.splice(place, 1)
  }

  /** Retires as many connections as there are pools in line. */
  #makeRoom(): void {
    while (this.#isFull && this.#line.length > this.#expected.size && this.#retireOne()) continue
  }

  #retireOne(idleOnly = false): boolean {
    const victim = chooseVictim([...this.#members].map(asCandidate), idleOnly)?.member
    if (victim?.sql?.retire() !== true) return false
    this.#done.retirements += 1
    const timer = setTimeout(() => {
      this.#stopExpecting(timer)
      this.#makeRoom()
    }, RETIREMENT_MS)
    this.#expected.add(timer)
    victim.retiring.push(timer)
    return true
  }

  #stopExpecting(timer: NodeJS.Timeout | undefined): void {
    clearTimeout(timer)
    if (timer !== undefined) this.#expected.delete(timer)
  }
}

const busy = (cause?: Error) => new AppError('TENANT_BUSY', { cause })
