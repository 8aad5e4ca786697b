import t from 'tap'
import { createDownloadCounts } from '../../src/services/documents/download-counts.js'

void t.test('counts are written without the rights of the people who downloaded', async (t) => {
  const written: object[] = []
  const downloads = createDownloadCounts({
    write: async (tenant) => void written.push(tenant),
    onError: (error) => t.fail('nothing fails', { error })
  })
  const place = { id: 'tenant', database_name: 'place', server: 'main' }
  const tenant = { ...place, name: 'Acme', askAgain: () => Promise.reject(new Error('no rights any more')) }
  const download = { tenant, documentId: 'd', userId: 'u', onBehalfOf: null, as: 'content' as const }
  downloads.begin(download, downloads.entry(download), 'a.txt', null)
  t.ok(downloads.again(download))
  await downloads.close()
  t.same(written, [place])
})
