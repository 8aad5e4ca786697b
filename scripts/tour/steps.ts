import { heading } from './print.js'

export type Step = <T>(text: string, play: () => Promise<T>) => Promise<T>

/** Numbers the steps of a story. */
export function createSteps(total: number): Step {
  let number = 0
  return (text, play) => {
    heading(++number, total, text)
    return play()
  }
}
