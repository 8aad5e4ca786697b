import { contest, type Contest } from './contest.js'
import type { Load } from './load.js'

/** Load on one contender, and the processor time in seconds that its processes have used so far. */
export interface Measured {
  load: () => Promise<Load>
  cpu: () => number
}

/**
 * Measures two contenders in turn, in requests per second and in processor time per request. The machine's noise moves
 * the former more than the latter.
 */
export async function cpuContest(
  rounds: number,
  ours: Measured,
  baseline: Measured,
  onRound: (round: number) => void
): Promise<{ rate: Contest; cpu: Contest }> {
  const costs = { ours: [] as number[], baseline: [] as number[] }
  const measure =
    (side: keyof typeof costs, { load, cpu }: Measured) =>
    async () => {
      const before = cpu()
      const { requests, perSecond } = await load()
      costs[side].push(((cpu() - before) / requests) * 1e6)
      return perSecond
    }
  const rate = await contest(rounds, measure('ours', ours), measure('baseline', baseline), onRound)
  // `contest` does not count the first round either.
  const [ofOurs, ofBaseline] = [costs.ours.slice(1), costs.baseline.slice(1)]
  const ratios = ofOurs.map((cost, round) => cost / (ofBaseline[round] ?? NaN))
  return { rate, cpu: { ours: ofOurs, baseline: ofBaseline, ratios } }
}
