import { setTimeout as delay } from 'node:timers/promises'

/** Takes one measurement, such as a rate per second. */
export type Measure = () => Promise<number>

export interface Contest {
  ours: number[]
  baseline: number[]
  /** Ours divided by the baseline's, for each round. */
  ratios: number[]
}

/** Milliseconds between two measurements, for the machine to settle. */
const REST_MS = 300

/**
 * Measures two contenders in turn, in alternating order per round, so that other load on the machine affects both
 * equally. A first round, which is not counted, warms both up.
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
