import type { Aim } from './case.js'

/** One line of the table. The target is about `value`: a ratio, or the figure itself. */
export interface Row {
  name: string
  what: string
  ours: string
  baseline: string
  value: number
  /** The smallest and the largest of the rounds; a figure has only one. */
  spread: readonly [number, number]
  isRatio: boolean
  aim: Aim | undefined
}

export const isMet = ({ value, aim }: Row): boolean | undefined =>
  aim && ('atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost)
