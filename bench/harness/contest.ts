import { setTimeout as delay } from 'node:timers/promises'

/** One measurement of something per second, or of whatever else more is better of. */
export type Measure = () => Promise<number>

export interface Contest {
  ours: number[]
  baseline: number[]
  /** Ours divided by the baseline, of each round. */
  ratios: number[]
}

/** Milliseconds between two measurements, in which the machine comes to rest. */
const REST_MS = 300

/**
 * Measures two contenders in turns, and each round in the other order, so that whatever else the machine does
 * meets both alike. A round before the first one, which is not counted, warms both up.
 */
export async function contest(
  rounds: number,
  ours: Measure,
  baseline: Measure,
  onRound: (round: number) => void
): Promise<Contest> {
  const result: Contest = { ours: [], baseline: [], ratios: [] }
  for (let round = 0; round <= rounds; round++) {
    onRound(round)
    const order = round % 2 === 0 ? [ours, baseline] : [baseline, ours]
    const measured = new Map<Measure, number>()
    for (const measure of order) {
      measured.set(measure, await measure())
      await delay(REST_MS)
    }
    if (round === 0) continue
    const [one, other] = [measured.get(ours) ?? NaN, measured.get(baseline) ?? NaN]
    result.ours.push(one)
    result.baseline.push(other)
    result.ratios.push(one / other)
  }
  return result
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)
