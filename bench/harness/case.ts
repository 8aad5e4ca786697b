import type { Contest } from './contest.js'
import type { BenchInstallation } from '../installation.js'

/** What a ratio or a figure should be. */
export type Aim = { atLeast: number } | { atMost: number }

/** One line of the results. */
export interface Result {
  /** What was measured, in a few words. */
  what: string
  /** What it is compared with, in the same run. */
  against: string
  unit: string
  contest: Contest
  /** What the ratio should be; without it the line only reports. */
  aim?: Aim
}

/** A figure that is compared with nothing. */
export interface Figure {
  what: string
  value: number
  unit: string
  aim?: Aim
}

export interface Findings {
  results?: Result[]
  figures?: Figure[]
}

export interface CaseContext {
  rounds: number
  /** Seconds of one measurement. */
  seconds: number
  /** A PostgreSQL and a broker that all cases of a run share. */
  installation: BenchInstallation
  /** Shows what is being done; overwritten by the next line in a terminal. */
  progress: (line: string) => void
}

export interface BenchCase {
  name: string
  about: string
  /** Left out of a run of everything, since it takes too long. */
  onlyByName?: boolean
  run(context: CaseContext): Promise<Findings>
}
