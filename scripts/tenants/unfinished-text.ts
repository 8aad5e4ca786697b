import type { Unfinished } from '../../db/indexes/unfinished.js'

/** `documents_created building 45 % (building index: scanning table)` */
export function textOf({ name, state, progress }: Unfinished): string {
  return progress === undefined
    ? `${name} ${state}`
    : `${name} ${state} ${progress.percent} % (${progress.phase})`
}
