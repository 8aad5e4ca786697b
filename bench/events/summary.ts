/** "p50 12 ms, p99 80 ms, max 95 ms" */
export function summaryOf(milliseconds: number[]): string {
  const sorted = milliseconds.toSorted((one, other) => one - other)
  const at = (share: number) =>
    String(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN)
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms (${sorted.length} events)`
}
