import { SingleBar } from 'cli-progress'
import { bytes, duration, note } from './print.js'

export interface Progress {
  /** Number of bytes done. */
  update(done: number): void
  /** Ends the display; may be called repeatedly. */
  stop(): void
}

/** Shows the progress of a transfer: a bar on a terminal, elsewhere a line for every tenth. */
export function showProgress(total: number): Progress {
  return process.stdout.isTTY ? bar(total) : lines(total)
}

function bar(total: number): Progress {
  const view = new SingleBar({
    format: '       {bar} {percentage} %  {done} of {size}  {speed}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 40,
    stream: process.stdout,
    hideCursor: false,
    gracefulExit: false
  })
  const size = bytes(total)
  const start = performance.now()
  view.start(total, 0, { done: bytes(0), size, speed: '' })
  return {
    update: (done) =>
      view.update(done, { done: bytes(done), size, speed: speed(done, performance.now() - start) }),
    stop: () => view.stop()
  }
}

function lines(total: number): Progress {
  let shown = 0
  return {
    update(done) {
      const tenths = Math.floor((done * 10) / total)
      if (tenths <= shown) return
      shown = tenths
      note(`${`${tenths * 10}`.padStart(3)} %  ${bytes(done)} of ${bytes(total)}`)
    },
    stop: () => undefined
  }
}

/** The speed of a transfer, from bytes and milliseconds. */
export function speed(count: number, milliseconds: number): string {
  return `${(count / 1024 ** 2 / (Math.max(milliseconds, 1) / 1000)).toFixed(0)} MiB/s`
}

/** "100 MiB in 1.2 s (83 MiB/s)". */
export function transfer(count: number, milliseconds: number): string {
  return `${bytes(count)} in ${duration(milliseconds)} (${speed(count, milliseconds)})`
}
