import type { Contest } from './contest.js'
import type { BenchInstallation } from '../installation.js'

/** The target of a ratio or a figure. */
export type Aim = { atLeast: number } | { atMost: number }

/** One line of the results. */
export interface Result {
  /** What was measured, in a few words. */
  what: string
  /** What it is compared with, in the same run. */
  against: string
  unit: string
  contest: Contest
  /** The target of the ratio; without it, the line only reports. */
  aim?: Aim
}

/** A figure without a comparison. */
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
  /** Length of a measurement in seconds. */
  seconds: number
  /** The number of documents of the large tenant, if a case has one. */
  documents: number
  /** A PostgreSQL and a broker that all cases of a run share. */
  installation: BenchInstallation
  /** Shows what is being done; on a terminal, the next line overwrites it. */
  progress: (line: string) => void
}

export interface BenchCase {
  name: string
  about: string
  /** Takes too long for a full run, so it runs only if it is named. */
  onlyByName?: boolean
  run(context: CaseContext): Promise<Findings>
}
