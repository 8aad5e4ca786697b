import t from 'tap'
import { ValidationError } from '../../client/index.js'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { createAda } from './people.js'

const { config, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
const { strongroom } = await createAda({ url })
const { documents, folders } = strongroom
const tenant = await strongroom.tenants.create({ name: 'Acme' })

type Query = NonNullable<Parameters<typeof documents.list>[1]>
type Bulk = Parameters<typeof documents.bulk>[1]

/** A document with own data. */
const put = (
  external_id: string,
  folder: string,
  metadata: Record<string, string | number | boolean>,
  tags: string[]
) =>
  documents.upload(tenant.id, new Blob([external_id]), {
    filename: external_id,
    ownData: { external_id, folder, metadata, tags }
  })
const found = async (query: Query) => {
  const names: string[] = []
  for await (const { filename } of documents.list(tenant.id, { sort: 'filename', ...query }))
    names.push(filename)
  return names.join(' ')
}
const inside = async (parent?: string) => {
  const items: string[] = []
  const query = { per_page: 1, ...(parent !== undefined && { parent }) }
  for await (const { folder, documents: count } of folders.list(tenant.id, query))
    items.push(`${folder} ${count}`)
  return items
}

const ids: Record<string, string> = {}
for (const [name, folder, metadata, tags] of [
  ['a', '/customers/17/', { customer: 'C 17&=ü', amount: 2, paid: true }, ['invoice', '2026']],
  ['b', '/customers/17/old/', { customer: 'C 17&=ü', amount: 3 }, ['invoice']],
  ['c', '/customers/18/', { customer: 'C-18', amount: '2' }, ['2026']]
] as const)
  ids[name] = (await put(name, folder, metadata, [...tags])).id

t.test('documents are found by their own data', async (t) => {
  for (const [query, names] of [
    [{ metadata: { customer: 'C 17&=ü' } }, 'a b'],
    [{ metadata: { customer: 'C 17&=ü', amount: '3' } }, 'b'],
    [{ metadata: { amount: '2' } }, 'a c'],
    [{ metadata: { paid: 'true' }, total: false, per_page: 1 }, 'a'],
    [{ metadata: {} }, 'a b c'],
    [{ metadata: { amount: '2' }, tag: ['2026', 'invoice'] }, 'a'],
    [{ tag: ['2026'], per_page: 1, fields: 'tags' }, 'a c'],
    [{ folder_prefix: '/customers/17', metadata: { amount: '3' } }, 'b'],
    [{ folder: '/customers/17/' }, 'a'],
    [{ external_id: 'c' }, 'c'],
    [{ metadata: { other: 'x' } }, '']
  ] as [Query, string][])
    t.equal(await found(query), names, JSON.stringify(query))
  await t.rejects(found({ metadata: { 'a b': 'x' } }), ValidationError)
})

t.test('folders are listed and moved', async (t) => {
  t.same(await inside(), ['/customers/ 3'])
  t.same(await inside('/customers/'), ['/customers/17/ 2', '/customers/18/ 1'])
  await tenantSql(tenant.database_name)`
    insert into documents (id, filename, mime_type, file_id, user_id, folder)
    select gen_random_uuid(), 'many', mime_type, file_id, user_id, '/many/' || n % 7 || '/'
    from documents, generate_series(1, 1500) n where external_id = 'a'`
  t.equal(await folders.move(tenant.id, { from: '/many/', to: '/archive/many/' }), 1_500)
  t.equal(await folders.move(tenant.id, { from: '/many/', to: '/archive/many/' }), 0)
  t.equal(await folders.move(tenant.id, { from: '/customers/', to: '/archive/' }), 3)
  t.same(await inside('/archive'), ['/archive/17/ 2', '/archive/18/ 1', '/archive/many/ 1000'])
  await t.rejects(folders.move(tenant.id, { from: '/archive/', to: '/archive/17/' }), ValidationError)
})

t.test('many documents are changed by one request', async (t) => {
  const all = Object.values(ids)
  const change = async (body: Omit<Bulk, 'ids'>) =>
    (await documents.bulk(tenant.id, { ids: all, ...body })).map(({ outcome }) => outcome).join(' ')
  t.equal(await change({ action: 'set_metadata', metadata: { paid: true, amount: null } }), 'done done done')
  t.equal(await found({ metadata: { paid: 'true' } }), 'a b c')
  t.equal(await change({ action: 'tag', tags: ['2026'] }), 'unchanged done unchanged')
  t.equal(await change({ action: 'move', folder: '/x' }), 'done done done')
  t.equal(await found({ folder: '/x/', tag: ['2026'] }), 'a b c')
  await t.rejects(documents.bulk(tenant.id, { ids: all, action: 'tag' }), ValidationError)
  t.equal(await change({ action: 'delete' }), 'done done done')
  t.match(await documents.bulk(tenant.id, { ids: all, action: 'delete' }), [
    { id: ids['a'], outcome: 'failed', code: 'DOCUMENT_NOT_FOUND' }
  ])
})
