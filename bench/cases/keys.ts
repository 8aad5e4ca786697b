import type { BenchCase } from '../harness/case.js'
import { contest } from '../harness/contest.js'
import { startOurs } from '../harness/contenders.js'
import { fillTenant } from '../harness/fill.js'
import { requestsPerSecond } from '../harness/load.js'
import { cpuOf } from '../harness/process.js'
import { createKey } from '../installation.js'

const DOCUMENTS = 100

/** Compares requests by processor time, which other programs on the machine disturb least. */
export const keys: BenchCase = {
  name: 'keys',
  about: 'GET one document with a key',
  async run({ rounds, seconds, installation, progress }) {
    const ours = await startOurs(installation)
    try {
      const documentId = await fillTenant(installation, ours, DOCUMENTS)
      const url = `${ours.url}/api/tenants/${ours.tenant.id}/documents/${documentId}`
      const key = await createKey(ours.url, ours.token, ours.tenant.id)
      const measure = (token: string) => async () => {
        const before = cpuOf(ours.pid)
        const headers = { authorization: `Bearer ${token}` }
        const perSecond = await requestsPerSecond({ url, duration: seconds, headers })
        return (perSecond * seconds) / (cpuOf(ours.pid) - before)
      }
      const result = await contest(rounds, measure(key), measure(ours.token), (round) =>
        progress(`round ${round} of ${rounds}`)
      )
      return {
        results: [
          {
            what: 'GET one document with a key',
            against: 'the same with an access token',
            unit: 'req per second of CPU',
            contest: result,
            aim: { atLeast: 0.97 }
          }
        ]
      }
    } finally {
      await ours.stop()
    }
  }
}
