import { Column, getTableColumns, is, Param, Placeholder, sql, SQL, type SQLWrapper } from 'drizzle-orm'
import { alias, PgDialect, type PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { whenConnected } from './client.js'

/** Drizzle's query builder. What it builds is only ever rendered, so it has no connection. */
export const query = drizzle.mock()

/** When the transaction began. */
export const now = sql`now()`
export const secondsFromNow = (seconds: number | Placeholder): SQL =>
  sql`now() + make_interval(secs => ${seconds})`
export const secondsAgo = (seconds: number | Placeholder): SQL =>
  sql`now() - make_interval(secs => ${seconds})`

/** The values of a statement by name, where the statement is written: each stands for a parameter. */
export type Named<Values> = { readonly [Name in keyof Values]-?: Placeholder }

/** A query of the builder, or a `sql` template. */
export type Query<Row> = SQLWrapper & ({ _: { result: Row[] } } | { _: { brand: 'SQL'; type: Row } })

type Values = Record<string, unknown>

const dialect = new PgDialect()
const placeholders = new Proxy(
  {},
  {
    get: (_, name) => sql.placeholder(String(name)),
    ownKeys: () => {
      throw new Error('Name each parameter: the names of all of them are known to the compiler only')
    }
  }
)

type Filled = postgres.ParameterOrJSON<never>

/** What runs a statement: a pool, or a transaction. */
export interface Client {
  unsafe(
    text: string,
    parameters: Filled[],
    options: { prepare: boolean; simple: boolean }
  ): PromiseLike<readonly object[]>
}

/** A statement by itself: any client runs it, and it is rendered once for all of them. */
export type Statement<Given, Row> = (
  client: Client,
  ...values: object extends Given ? [] : [Given]
) => Promise<Row[]>

/**
 * A statement as Drizzle writes it, rendered once: when it is first run, since rendering takes a fifth of a millisecond
 * and no process runs all of them. PostgreSQL prepares it once per connection, unless the client's
 * options say no. Rows are typed by the selected columns and come as the client decodes them. Values that are no
 * parameters stand in the text, so that PostgreSQL plans with them.
 * @throws {Error} where a selected column would come under another name than its type says
 */
export function rendered<Given, Row>(
  write: (named: Named<Given>) => Query<Row>,
  { prepare } = { prepare: true }
): Statement<Given, Row> {
  let statement: Statement<Given, Row> | undefined
  return (client, ...values) => (statement ??= render(write, prepare))(client, ...values)
}

function render<Given, Row>(
  write: (named: Named<Given>) => Query<Row>,
  prepare = true
): Statement<Given, Row> {
  const written = write(placeholders as Named<Given>)
  refuseOtherNames(written)
  const { sql: text, params } = dialect.sqlToQuery(written.getSQL().inlineParams())
  const parameters = params.map(toParameter)
  // Without `simple`, a text without parameters would be parsed and planned each time.
  const options = { prepare, simple: false }
  return (client, ...[values = {}]) =>
    whenConnected(async () => {
      const filled = parameters.map((fill) => fill(values as Values))
      return [...(await client.unsafe(text, filled, options))] as Row[]
    })
}

/** The same for one client, rendered now. */
export function prepared<Given, Row>(
  client: Client,
  write: (named: Named<Given>) => Query<Row>
): (...values: object extends Given ? [] : [Given]) => Promise<Row[]> {
  const run = render(write)
  return (...values) => run(client, ...values)
}

/** The same, planned for its values each time that it runs. */
export function planned<Given, Row>(
  client: Client,
  write: (named: Named<Given>) => Query<Row>
): (...values: object extends Given ? [] : [Given]) => Promise<Row[]> {
  const run = render(write, false)
  return (...values) => run(client, ...values)
}

/** The names of columns without their table's, as an INSERT lists them. */
export const bare = (...columns: readonly { name: string }[]): SQL =>
  sql.join(
    columns.map(({ name }) => sql.identifier(name)),
    sql`, `
  )

/** What an INSERT would have written into a column, for its ON CONFLICT. */
export const excluded = (column: Column): SQL => sql`excluded.${bare(column)}`

/** What the values make of one parameter, found out once: Drizzle's own `fillPlaceholders` looks at each call. */
function toParameter(param: unknown): (values: Values) => Filled {
  if (is(param, Param) && is(param.value, Placeholder)) {
    const { name } = param.value
    const { encoder } = param
    return (values) => (values[name] === null ? null : (encoder.mapToDriverValue(values[name]) as Filled))
  }
  const { name } = param as Placeholder
  return (values) => values[name] as Filled
}

/** Rows come under the names that PostgreSQL gives them, while the builder types them by its keys. */
function refuseOtherNames(written: object): void {
  const { fields, returningFields } =
    (written as { config?: { fields?: Values; returningFields?: Values } }).config ?? {}
  for (const [name, field] of Object.entries(fields ?? returningFields ?? {})) {
    if (name === nameOf(field)) continue
    throw new Error(`"${name}" comes under another name; write .as('${name}')`)
  }
}

function nameOf(field: unknown): string | undefined {
  if (is(field, Column)) return field.name
  return is(field, SQL.Aliased) ? field.fieldAlias : undefined
}

/** The columns of a table, by the names that its schema gives them. */
type ColumnsOf<Table> = { [Name in keyof Table as Table[Name] extends PgColumn ? Name : never]?: SQLWrapper }

/** An INSERT of what a SELECT from `source` gives for the columns named here; the builder's wants all of the table's. */
export function insertSelect<Table extends PgTable>(
  table: Table,
  values: ColumnsOf<Table>,
  source?: SQLWrapper
): SQL<never> {
  const columns = getTableColumns(table)
  const names = Object.keys(values).flatMap((name) => columns[name] ?? [])
  const selected = sql.join(Object.values(values) as SQLWrapper[], sql`, `)
  return sql`insert into ${table} (${bare(...names)}) select ${selected}${source && sql` from ${source}`}`
}

/** A jsonb object of these values, each of which is SQL or stands in the statement. */
export function jsonObject(values: Record<string, SQLWrapper | string>): SQL {
  const pairs = Object.entries(values).map(([name, value]) => sql`${name}, ${value}`)
  return sql`jsonb_build_object(${sql.join(pairs, sql`, `)})`
}

/** The columns of a table as they are in a CTE, or under an alias, of that name. */
export const under = <Table extends PgTable>(name: string, table: Table): Table =>
  alias(table, name) as unknown as Table
