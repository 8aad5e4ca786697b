import { Column, getTableColumns, is, Param, Placeholder, sql, SQL, type SQLWrapper } from 'drizzle-orm'
import { alias, PgDialect, type PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { whenConnected } from './client.js'

/** Drizzle's query builder without a connection, used only to render statements. */
export const query = drizzle.mock()

/** The time at which the transaction began. */
export const now = sql`now()`
/** When a lease ends that is given back: columns round to the nearest millisecond, so `now` might still be to come. */
export const justNow = sql`now() - interval '1 millisecond'`
export const secondsFromNow = (seconds: number | Placeholder): SQL =>
  sql`now() + make_interval(secs => ${seconds})`
export const secondsAgo = (seconds: number | Placeholder): SQL =>
  sql`now() - make_interval(secs => ${seconds})`

/** Placeholders for the parameters of a statement, by name, for writing the statement. */
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
      throw new Error('Name each parameter: only the compiler knows all of their names')
    }
  }
)

type Filled = postgres.ParameterOrJSON<never>

/** Runs statements: a pool or a transaction. */
export interface Client {
  unsafe(
    text: string,
    parameters: Filled[],
    options: { prepare: boolean; simple: boolean; schema?: string }
  ): PromiseLike<readonly object[]>
}

/** A statement independent of any client, rendered once for all of them. */
export type Statement<Given, Row> = (
  client: Client,
  ...values: object extends Given ? [] : [Given]
) => Promise<Row[]>

/**
 * A Drizzle statement that is rendered once, on its first run: rendering takes a fifth of a millisecond, and no process
 * runs all statements. PostgreSQL prepares it once per connection unless the client's options say otherwise. Rows are
 * typed by the selected columns, with values as the client decodes them. Values that are not parameters become literals
 * in the text, so that PostgreSQL plans for them.
 * @throws {Error} if a selected column would arrive under a name other than its type says
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
  // postgres.js would otherwise send statements without parameters unprepared, to be parsed and planned each time.
  const options = { prepare, simple: false }
  return (client, ...[values = {}]) =>
    whenConnected(async () => {
      const filled = parameters.map((fill) => fill(values as Values))
      return [...(await client.unsafe(text, filled, options))] as Row[]
    })
}

/** Like `rendered`, for one client and rendered immediately. */
export function prepared<Given, Row>(
  client: Client,
  write: (named: Named<Given>) => Query<Row>
): (...values: object extends Given ? [] : [Given]) => Promise<Row[]> {
  const run = render(write)
  return (...values) => run(client, ...values)
}

/** Like `prepared`, but planned for its values on every run. */
export function planned<Given, Row>(
  client: Client,
  write: (named: Named<Given>) => Query<Row>
): (...values: object extends Given ? [] : [Given]) => Promise<Row[]> {
  const run = render(write, false)
  return (...values) => run(client, ...values)
}

/** The names of columns without their table, as in the column list of an INSERT. */
export const bare = (...columns: readonly { name: string }[]): SQL =>
  sql.join(
    columns.map(({ name }) => sql.identifier(name)),
    sql`, `
  )

/** The value that an INSERT would have written to a column, for use in ON CONFLICT. */
export const excluded = (column: Column): SQL => sql`excluded.${bare(column)}`

/**
 * Returns a function that computes one parameter from the values. It is created once per statement, unlike Drizzle's
 * `fillPlaceholders`, which examines the parameters on each call.
 */
function toParameter(param: unknown): (values: Values) => Filled {
  if (is(param, Param) && is(param.value, Placeholder)) {
    const { name } = param.value
    const { encoder } = param
    return (values) => (values[name] === null ? null : (encoder.mapToDriverValue(values[name]) as Filled))
  }
  const { name } = param as Placeholder
  return (values) => values[name] as Filled
}

/** Checks that columns arrive under the builder's keys, since PostgreSQL names result columns by its own rules. */
function refuseOtherNames(written: object): void {
  const { fields, returningFields } =
    (written as { config?: { fields?: Values; returningFields?: Values } }).config ?? {}
  for (const [name, field] of Object.entries(fields ?? returningFields ?? {})) {
    if (name === nameOf(field)) continue
    throw new Error(`"${name}" would arrive under another name; write .as('${name}')`)
  }
}

function nameOf(field: unknown): string | undefined {
  if (is(field, Column)) return field.name
  return is(field, SQL.Aliased) ? field.fieldAlias : undefined
}

/** The columns of a table by their names in its schema. */
type ColumnsOf<Table> = { [Name in keyof Table as Table[Name] extends PgColumn ? Name : never]?: SQLWrapper }

/**
 * An INSERT … SELECT from `source` for only the columns in `values`; the builder's requires all columns of the table.
 */
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

/** A jsonb object of these values: SQL, or strings that become literals in the statement. */
export function jsonObject(values: Record<string, SQLWrapper | string>): SQL {
  const pairs = Object.entries(values).map(([name, value]) => sql`${name}, ${value}`)
  return sql`jsonb_build_object(${sql.join(pairs, sql`, `)})`
}

/** A table whose columns are qualified by the name of a CTE or an alias. */
export const under = <Table extends PgTable>(name: string, table: Table): Table =>
  alias(table, name) as unknown as Table
