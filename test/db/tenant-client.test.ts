import { eq } from 'drizzle-orm'
import t from 'tap'
import { query, rendered, type Named } from '../../db/statement.js'
import { ANY_SCHEMA, inDatabase, inSchema, type Begin } from '../../db/tenant/client.js'
import { createTenantTables } from '../../db/tenant/schema.js'

t.test("a statement that is rendered once names each tenant's schema, in transactions too", async (t) => {
  const texts: string[] = []
  const transaction = { unsafe: (text: string) => Promise.resolve((texts.push(text), [])) }
  const begin = (work: (inside: never) => unknown) => work(transaction as never)
  const removal = ({ files }: ReturnType<typeof createTenantTables>) =>
    rendered(({ id }: Named<{ id: string }>) => query.delete(files).where(eq(files.id, id)))

  const remove = removal(createTenantTables(ANY_SCHEMA))
  await remove(inSchema(transaction, 'one', begin as Begin), { id: 'x' })
  await inSchema(transaction as never, `"$&"`, begin as Begin).transaction((inside) =>
    remove(inside, { id: 'x' })
  )
  await removal(createTenantTables())(inDatabase(transaction as never), { id: 'x' })
  t.same(texts, [
    'delete from "one"."files" where "one"."files"."id" = $1',
    'delete from """$&"""."files" where """$&"""."files"."id" = $1',
    'delete from "files" where "files"."id" = $1'
  ])
})
