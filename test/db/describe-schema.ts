import type postgres from 'postgres'

/** Excludes objects that belong to an extension: those are the database's, whichever schema they are in. */
const ours = (catalog: string) =>
  `not exists (select from pg_depend where classid = '${catalog}'::regclass and objid = it.oid and deptype = 'e')`

/** Queries that each list one kind of object in the schema $1 as lines of text, with qualified names. */
const KINDS: Record<string, string> = {
  relation: `select relname, relkind, relpersistence from pg_class it
    where relnamespace = $1::text::regnamespace and relkind <> 'c' and ${ours('pg_class')}`,
  column: `select it.relname, attnum, attname, format_type(atttypid, atttypmod) as type, attnotnull, attidentity,
      attgenerated, attcollation::regcollation as collation, pg_get_expr(adbin, adrelid) as default
    from pg_attribute join pg_class it on it.oid = attrelid
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where relnamespace = $1::text::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped`,
  constraint: `select conrelid::regclass as relation, conname, pg_get_constraintdef(oid) as definition
    from pg_constraint where connamespace = $1::text::regnamespace`,
  index: `select pg_get_indexdef(indexrelid) as definition, indisvalid from pg_index
    join pg_class it on it.oid = indexrelid where relnamespace = $1::text::regnamespace`,
  trigger: `select pg_get_triggerdef(pg_trigger.oid) as definition, tgenabled, tgfoid::regprocedure as function
    from pg_trigger join pg_class it on it.oid = tgrelid
    where relnamespace = $1::text::regnamespace and not tgisinternal`,
  function: `select pg_get_functiondef(it.oid) as definition from pg_proc it
    where pronamespace = $1::text::regnamespace and ${ours('pg_proc')}`,
  type: `select typname, typtype from pg_type it
    where typnamespace = $1::text::regnamespace and typtype <> 'c' and typelem = 0 and ${ours('pg_type')}`
}

/**
 * Everything in a schema, as sorted lines of text in which the schema itself is called `here`: two schemas with the same
 * lines have the same contents.
 */
export async function describeSchema(sql: postgres.Sql, schema: string): Promise<string[]> {
  const name = new RegExp(`\\b${schema}\\b`, 'g')
  return sql.begin(async (transaction) => {
    // So that PostgreSQL qualifies every name.
    await transaction`set local search_path to ''`
    const lines: string[] = []
    for (const [kind, text] of Object.entries(KINDS)) {
      const rows = await transaction.unsafe<Record<string, unknown>[]>(text, [schema])
      lines.push(
        ...rows.map((row) =>
          `${kind} ${JSON.stringify(row)}`.replaceAll('public.gin_trgm_ops', 'gin_trgm_ops')
        )
      )
    }
    return lines.map((line) => line.replace(name, 'here')).sort()
  })
}
