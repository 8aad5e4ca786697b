import t from 'tap'
import { migrationsOf } from '../../db/migrate.js'
import type { MigrationTarget } from '../../db/migration-target.js'

/** The last migrations before these rules: they are released, so they stay as they are. */
const BEFORE_THE_RULES: Record<MigrationTarget, string> = {
  main: '0006_purging',
  tenant: '0006_fold_in_passing'
}
/** Tables that never have more than a few rows. */
const FEW_ROWS = ['installation', 'usage']

/** Statements that lock out writers while PostgreSQL reads a whole table, and what to do instead. */
const RULES: [RegExp, string][] = [
  [
    /\bCREATE\s+(?:UNIQUE\s+)?INDEX\b[^;]*?\sON\s+(?:ONLY\s+)?"?(\w+)/i,
    'delete the CREATE INDEX: index() in schema.ts is enough, and it is built while the table is in use'
  ],
  [
    /\bALTER\s+TABLE\s+"?(\w+)"?\s[^;]*?\bADD\s+(?:CONSTRAINT\s+"?\w+"?\s+)?(?:CHECK|FOREIGN\s+KEY)\b(?![^;]*\bNOT\s+VALID\b)/i,
    'add NOT VALID: the constraint is validated later, while the table is in use'
  ],
  [
    /\bALTER\s+TABLE\s+"?(\w+)"?\s[^;]*?\bADD\s+(?:CONSTRAINT\s+"?\w+"?\s+)?(?:UNIQUE|PRIMARY\s+KEY)\b/i,
    'create a new table, or add it over two releases'
  ],
  [/\bALTER\s+TABLE\s+"?(\w+)"?\s[^;]*?\bSET\s+NOT\s+NULL\b/i, 'add CHECK (… IS NOT NULL) NOT VALID instead'],
  [
    /\bALTER\s+TABLE\s+"?(\w+)"?\s[^;]*?\bALTER\s+COLUMN\s+"?\w+"?\s+(?:SET\s+DATA\s+)?TYPE\b/i,
    'add a column of the new type, and fill it over two releases'
  ],
  [
    /\bALTER\s+TABLE\s+"?(\w+)"?\s[^;]*?\bVALIDATE\s+CONSTRAINT\b/i,
    'delete it: constraints are validated automatically afterwards'
  ],
  [/\bCONCURRENTLY\b/i, 'delete it: a migration runs in a transaction']
]

function problemsOf(name: string, statements: string[]): string[] {
  const text = statements.join(';\n').replace(/--.*|\$\$[^]*?\$\$/g, '')
  const harmless = [
    ...FEW_ROWS,
    ...[...text.matchAll(/\bCREATE\s+TABLE\s+"?(\w+)/gi)].map(([, table]) => table)
  ]
  return text.split(';').flatMap((statement) =>
    RULES.flatMap(([rule, instead]) => {
      const [found, table] = rule.exec(statement) ?? []
      return found === undefined || harmless.includes(table)
        ? []
        : [`${name}: ${statement.trim().slice(0, 100)} — ${instead}`]
    })
  )
}

for (const target of ['main', 'tenant'] as const)
  t.test(
    `migrations of ${target} databases do not lock out writers while PostgreSQL reads a table`,
    async (t) => {
      const migrations = migrationsOf(target)
      const ruled = migrations.filter(({ name }) => name > BEFORE_THE_RULES[target])
      t.ok(ruled.length > 0)
      for (const { name, sql } of ruled) t.same(problemsOf(name, sql), [])
      const earlier = migrations.filter((migration) => !ruled.includes(migration))
      t.ok(
        earlier.flatMap(({ name, sql }) => problemsOf(name, sql)).length > 0,
        'the rules find problems in earlier migrations'
      )
    }
  )

t.test('the rules refuse statements that lock, and only those', async (t) => {
  const refused = [
    'CREATE INDEX "documents_x" ON "documents" USING btree ("x")',
    'create unique index x on documents (x)',
    'CREATE INDEX CONCURRENTLY x ON documents (x)',
    `ALTER TABLE "documents" ADD CONSTRAINT "documents_x" CHECK ("documents"."x" <> '')`,
    'ALTER TABLE "documents" ADD COLUMN "x" text, ADD CHECK (x > 0)',
    'ALTER TABLE "documents" ADD CONSTRAINT "x" FOREIGN KEY ("x") REFERENCES "public"."files"("id")',
    'ALTER TABLE "documents" ADD CONSTRAINT "x" UNIQUE("x")',
    'ALTER TABLE "documents" ALTER COLUMN "x" SET NOT NULL',
    'ALTER TABLE "documents" ALTER COLUMN "x" SET DATA TYPE bigint',
    'ALTER TABLE "documents" VALIDATE CONSTRAINT "x"'
  ]
  for (const statement of refused) t.equal(problemsOf('', [statement]).length > 0, true, statement)
  const allowed = [
    `ALTER TABLE "documents" ADD CONSTRAINT "documents_x" CHECK ("documents"."x" <> '') NOT VALID`,
    'ALTER TABLE "documents" ADD COLUMN "x" text',
    'ALTER TABLE "usage" ADD CONSTRAINT "x" CHECK (bytes >= 0)',
    'CREATE TABLE "tags" ("id" uuid PRIMARY KEY NOT NULL);\nCREATE INDEX "tags_x" ON "tags" USING btree ("x")',
    'DROP INDEX "documents_mime_type"'
  ]
  for (const statement of allowed) t.same(problemsOf('', [statement]), [], statement)
})
