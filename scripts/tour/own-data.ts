import type { Api } from './api.js'
import type { Uploaded } from './documents.js'
import { expect } from './expect.js'
import type { Owner } from './people.js'
import { checked } from './print.js'

/** Gives a document own data, changes a part of it, and finds the document by its external id. */
export async function describe(api: Api, owner: Owner, { document }: Uploaded): Promise<void> {
  const externalId = 'meeting-1'
  const tenant_id = owner.tenant.id
  const client = api.as(owner.token)
  const show = ({
    data
  }: {
    data: { external_id: string | null; metadata: object; tags: string[]; folder: string }
  }) => {
    const { external_id, metadata, tags, folder } = data
    return { external_id, metadata, tags, folder }
  }
  await api.ok(
    client.PATCH('/api/tenants/{tenant_id}/documents/{document_id}', {
      params: { path: { tenant_id, document_id: document.id } },
      body: {
        external_id: externalId,
        metadata: { year: 2026, signed: false },
        tags: ['minutes'],
        folder: '/meetings/'
      }
    }),
    200,
    show
  )
  const path = { tenant_id, external_id: externalId }
  const found = '/api/tenants/{tenant_id}/documents/by-external-id/{external_id}'
  await api.ok(client.PATCH(found, { params: { path }, body: { metadata: { signed: true } } }), 200, show)
  const { data } = await api.ok(client.GET(found, { params: { path } }), 200, show)
  expect(data.id === document.id, `the document ${document.id}`, data.id)
  const metadata = JSON.stringify(data.metadata)
  expect(metadata === '{"year":2026,"signed":true}', 'the year, and that they are signed', metadata)
  checked('Her product found the document by its own name for it, with what it keeps there.')
}
