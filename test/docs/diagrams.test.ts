import { existsSync, readFileSync } from 'node:fs'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import mermaid from 'mermaid'
import t from 'tap'
import * as main from '../../db/main/schema.js'
import * as tenant from '../../db/tenant/schema.js'

const text = readFileSync('docs/ARCHITECTURE.md', 'utf8')
const diagrams = [...text.matchAll(/^```mermaid\n(.*?)^```/gms)].map(([, diagram]) => String(diagram))

/** A table's columns as lines of an entity-relationship diagram: table, type, column, keys. */
function drawn(table: PgTable): string[] {
  const { name, columns, primaryKeys, foreignKeys, uniqueConstraints } = getTableConfig(table)
  const marked = {
    PK: [...columns.filter(({ primary }) => primary), ...primaryKeys.flatMap((key) => key.columns)],
    FK: foreignKeys.flatMap((key) => key.reference().columns),
    UK: [...columns.filter(({ isUnique }) => isUnique), ...uniqueConstraints.flatMap((key) => key.columns)]
  }
  return columns.map((column) => {
    const type = column
      .getSQLType()
      .replace(/\(.*\)/, '')
      .replace('timestamp with time zone', 'timestamptz')
    const keys = Object.entries(marked).filter(([, columns]) => columns.some((it) => it.name === column.name))
    return [name, type.trim(), column.name, ...keys.map(([key]) => key)].join(' ')
  })
}

/** A line such as `users uuid id PK` for each column in a diagram. */
const columnsIn = (diagram: string): string[] =>
  [...diagram.matchAll(/^ {2}(\w+) \{\n(.*?)^ {2}\}/gms)].flatMap(([, table, lines = '']) =>
    [...lines.matchAll(/^ {4}([\w[\]]+) (\w+)((?:,? (?:PK|FK|UK))*)/gm)].map(
      ([, type, name, keys = '']) => `${table} ${type} ${name}${keys.replaceAll(',', '')}`
    )
  )

void t.test('every diagram can be drawn', async (t) => {
  t.ok(diagrams.length >= 5, `${diagrams.length} diagrams`)
  for (const diagram of diagrams) await t.resolves(mermaid.parse(diagram), diagram)
})

void t.test('the diagrams match the tables', (t) => {
  const drawings = diagrams.filter((diagram) => diagram.startsWith('erDiagram'))
  const schemas = [main, tenant].map((schema) =>
    Object.values<unknown>(schema).filter((it): it is PgTable => it instanceof PgTable)
  )
  t.equal(drawings.length, schemas.length)
  for (const [index, tables] of schemas.entries())
    t.same(columnsIn(String(drawings[index])).sort(), tables.flatMap(drawn).sort())
  t.end()
})

void t.test('the files that an upload passes through exist, and are at most twelve', (t) => {
  const [, section = ''] = /^### An upload, file by file\n(.*?)^#/ms.exec(text) ?? []
  const files = [...section.matchAll(/^\d+\. `([^`]+)`: /gm)].map(([, file]) => String(file))
  t.ok(files.length >= 5 && files.length <= 12, `${files.length} files`)
  t.same(
    files.filter((file) => !existsSync(file)),
    []
  )
  t.end()
})
