export interface CountProgress {
  /** Prints a line of text between the counts. */
  interrupt(line: string): void
  stop(): void
}

const TERMINAL_MS = 200
const ELSEWHERE_MS = 10_000

/** Shows a growing number: in place on a terminal, elsewhere as a line from time to time. */
export function showCount(what: string, count: () => number): CountProgress {
  const { isTTY } = process.stdout
  const show = () => process.stdout.write(isTTY ? `\r${what}: ${count()} …` : `${what}: ${count()} …\n`)
  const clear = () => (isTTY ? process.stdout.write('\r\u001b[K') : undefined)
  const timer = setInterval(show, isTTY ? TERMINAL_MS : ELSEWHERE_MS)
  return {
    interrupt(line) {
      clear()
      console.log(line)
    },
    stop() {
      clearInterval(timer)
      clear()
    }
  }
}
