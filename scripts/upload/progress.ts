import { MultiBar } from 'cli-progress'
import { printable } from '../operator/printable.js'
import { bytes } from '../tour/print.js'
import { speed } from '../tour/progress.js'
import type { LocalFile } from './files.js'

export interface Progress {
  /** @param sent bytes of the file that have been sent */
  update(file: LocalFile, sent: number): void
  stop(): void
}

/** Characters of a name in a bar. */
const NAME = 28

/** Shows the progress of uploads on standard error: bars on a terminal, elsewhere a line for every tenth. */
export const showProgress = (files: LocalFile[]): Progress => (process.stderr.isTTY ? bars() : lines(files))

function bars(): Progress {
  const view = new MultiBar({
    format: '{name} {bar} {percentage} %  {done} of {size}  {speed}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    stream: process.stderr,
    hideCursor: false,
    gracefulExit: false
  })
  const shown = new Map<LocalFile, (sent: number) => void>()
  function add(file: LocalFile, first: number) {
    const start = performance.now()
    const name = printable(file.name).slice(0, NAME).padEnd(NAME)
    const size = bytes(file.size)
    const payload = (sent: number) => ({
      ...{ name, size, done: bytes(sent) },
      // Of this run only: bytes that an earlier run has sent take no time now.
      speed: speed(Math.max(0, sent - first), performance.now() - start)
    })
    const bar = view.create(file.size, first, payload(first))
    return (sent: number) => bar.update(sent, payload(sent))
  }
  return {
    update(file, sent) {
      const update = shown.get(file) ?? add(file, sent)
      shown.set(file, update)
      update(sent)
    },
    stop: () => view.stop()
  }
}

function lines(files: LocalFile[]): Progress {
  const shown = new Map(files.map((file) => [file, -1]))
  return {
    update(file, sent) {
      const tenths = Math.floor((sent * 10) / file.size)
      if (tenths <= (shown.get(file) ?? 0)) return
      shown.set(file, tenths)
      console.error(
        `${printable(file.path)}  ${`${tenths * 10}`.padStart(3)} %  ${bytes(sent)} of ${bytes(file.size)}`
      )
    },
    stop: () => undefined
  }
}
