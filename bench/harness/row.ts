import type { Aim } from './case.js'

/** One line of the table. The aim is for `value`: a ratio, or the figure itself. */
export interface Row {
  name: string
  what: string
  ours: string
  baseline: string
  value: number
  /** The smallest and the largest value of the rounds; a figure has only one value. */
  spread: readonly [number, number]
  isRatio: boolean
  aim: Aim | undefined
}

export const isMet = ({ value, aim }: Row): boolean | undefined =>
  aim && ('atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost)
