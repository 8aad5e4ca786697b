import type postgres from 'postgres'
import type { Config } from '../../core/config/config.js'
import { FairLine, type FairLineOptions } from '../../core/concurrency/fair-line.js'
import { AppError } from '../../core/errors.js'
import { createClient, withTransaction, type DatabaseClient } from '../../db/client.js'
import { bucketOf } from './bucket-of.js'
import { ConnectionCap } from './connection-cap.js'
import { PlaceRegistry, type PlaceCounts } from './place-registry.js'

/** Seconds after which unused connections are closed. */
const IDLE_TIMEOUT = 60
/** Connections for the transactions of tenants, and as many for those that create, migrate and remove schemas. */
export const TRANSACTIONS = 4
/** Maximum wait for the creation, migration or removal of a schema to begin; callers may give up earlier. */
const ADMINISTRATION_WAIT_MS = 60_000
/** Maximum seconds for the migration of a schema, during which the server sends nothing. */
const MIGRATION_SILENCE = 3_600
/** Maximum pieces of work at once in a bucket, for each of its connections, which pipeline their statements. */
const WORK_PER_CONNECTION = 16
/** Maximum prepared statements of a connection; each costs PostgreSQL about 10 to 100 KB. */
const STATEMENTS = 256
/**
 * How many schemas a connection serves before it is replaced. A backend caches what it knows about their tables: about
 * 0.1 MB for each schema that is read, 0.5 MB if it is written, and more while it is created or migrated.
 */
const SCHEMAS = { statements: 500, transactions: 500, administration: 100 }

export type TransactionKind = 'transactions' | 'administration'

/** The connections that all schemas share. */
export interface SchemaPools {
  /**
   * Runs work on the connections of the schema's bucket, in which schemas take turns.
   * @throws {AppError} TENANT_BUSY if its turn does not come in time
   */
  use<T>(schema: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T>
  /** Runs a transaction on a connection of its own, outside of the buckets. Schemas take turns here, too. */
  begin<T>(
    kind: TransactionKind,
    schema: string,
    work: (transaction: postgres.TransactionSql) => Promise<T>
  ): Promise<T>
  isReachable(): boolean
  counts(): PlaceCounts
  /** Lets running work end, then closes every connection. */
  close(): Promise<void>
}

/**
 * A fixed number of buckets, each with one connection, or a few while its statements have to wait. A schema's
 * statements always go to the same bucket, so each backend caches only its bucket's schemas, and has their statements
 * prepared. Transactions would hold up a bucket's other statements, so they have connections of their own.
 * @param onError receives background failures
 */
export function createSchemaPools(
  { database, tenancy }: Pick<Config, 'database' | 'tenancy'>,
  onError: (error: unknown, what: string) => void
): SchemaPools {
  const { maxConnections, sharedConnections, poolSize, poolWaitMs, growMs } = tenancy
  const cap = new ConnectionCap({ maxConnections, growMs, waitMs: poolWaitMs })

  const registryOf = (max: number, schemasOf: (key: string) => number) =>
    new PlaceRegistry<DatabaseClient>({
      cap,
      waitMs: poolWaitMs,
      open: (key, gate) =>
        Promise.resolve(
          createClient(database, {
            max,
            applicationName: 'strongroom-tenant',
            idleTimeout: IDLE_TIMEOUT,
            gate,
            ...(key === 'administration' && { silence: MIGRATION_SILENCE }),
            shared: { statements: STATEMENTS, schemas: schemasOf(key) }
          })
        ),
      repair: () => Promise.resolve(false),
      onCloseError: (error) => onError(error, 'connections to schemas did not close cleanly')
    })
  const buckets = registryOf(poolSize, () => SCHEMAS.statements)
  const transactions = registryOf(TRANSACTIONS, (kind) => SCHEMAS[kind as TransactionKind])

  const lineOf = (places: number, more: Partial<FairLineOptions> = {}) =>
    new FairLine({
      places,
      waiting: Infinity,
      waitMs: poolWaitMs,
      busy: () => new AppError('TENANT_BUSY'),
      ...more
    })
  const bucketLines = Array.from({ length: sharedConnections }, () =>
    lineOf(poolSize * WORK_PER_CONNECTION, { keepsPlacesFree: true })
  )
  const transactionLines: Record<TransactionKind, FairLine> = {
    transactions: lineOf(TRANSACTIONS, { keepsPlacesFree: true }),
    administration: lineOf(TRANSACTIONS, { waitMs: ADMINISTRATION_WAIT_MS })
  }
  const lines = [...bucketLines, ...Object.values(transactionLines)]

  return {
    use(schema, work) {
      const bucket = bucketOf(schema, sharedConnections)
      const line = bucketLines[bucket] as FairLine
      return line.run({ keys: [schema] }, () => buckets.use(String(bucket), ({ sql }) => work(sql)))
    },
    begin: (kind, schema, work) =>
      transactionLines[kind].run({ keys: [schema] }, () =>
        transactions.use(kind, ({ sql }) => withTransaction(sql, work))
      ),
    isReachable: () => cap.isReachable,
    counts() {
      const counts = buckets.counts()
      const inLine = lines.map((line) => line.counts())
      return {
        ...counts,
        leases: counts.leases + transactions.counts().leases,
        waiting: inLine.reduce((sum, { waiting }) => sum + waiting, counts.waiting),
        waits: inLine.reduce((sum, { waits }) => sum + waits, counts.waits)
      }
    },
    async close() {
      // Work in a bucket may be about to begin a transaction.
      await Promise.all(bucketLines.map((line) => line.close()))
      await Promise.all(Object.values(transactionLines).map((line) => line.close()))
      await Promise.all([buckets.close(), transactions.close()])
    }
  }
}
