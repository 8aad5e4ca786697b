import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { unless } from './disk-files.js'

/** Names that one pass over a folder returns; it holds at most twice as many in memory. */
const BATCH = 100_000
/** Files inspected at once. */
const PARALLEL = 64

/**
 * Every file below a folder, by its relative path with "/" between the names, in byte order. Memory is bounded,
 * whatever the size of the folder: it is read once for each `BATCH` of its names. Skips what vanishes meanwhile, hidden
 * names, and what is neither file nor folder.
 */
export async function* filesBelow(folder: string): AsyncGenerator<{ path: string; size: number }, void> {
  const files: string[] = []
  for await (const name of sortedNames(folder)) {
    if (!name.endsWith('/')) files.push(name)
    if (files.length === PARALLEL || name.endsWith('/')) yield* await sized(folder, files.splice(0))
    if (!name.endsWith('/')) continue
    for await (const { path, size } of filesBelow(join(folder, name))) yield { path: name + path, size }
  }
  yield* await sized(folder, files)
}

async function sized(folder: string, names: string[]): Promise<{ path: string; size: number }[]> {
  const stats = await Promise.all(
    names.map(async (path) => ({
      path,
      stats: await unless(['ENOENT', 'ENOTDIR'], lstat(join(folder, path)))
    }))
  )
  return stats.flatMap(({ path, stats }) => (stats?.isFile() === true ? [{ path, size: stats.size }] : []))
}

/** The names in a folder. Those of folders end with "/", so that they are sorted as in paths. */
async function* sortedNames(folder: string): AsyncGenerator<string, void> {
  let after = ''
  for (;;) {
    const directory = await unless(['ENOENT', 'ENOTDIR'], opendir(folder, { bufferSize: 1000 }))
    if (directory === undefined) return
    let batch: string[] = []
    let seen = 0
    const cut = () => {
      batch = batch.sort().slice(0, BATCH)
    }
    for await (const entry of directory) {
      const name = entry.isDirectory() ? `${entry.name}/` : entry.name
      if (name <= after || name.startsWith('.')) continue
      seen += 1
      if (batch.push(name) === 2 * BATCH) cut()
    }
    cut()
    yield* batch
    const last = batch.at(-1)
    if (seen <= BATCH || last === undefined) return
    after = last
  }
}
