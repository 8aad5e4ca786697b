import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, download, MissingToolError, requireTools } from './tools.js'

/**
 * A Python environment with these packages, from the cache if possible.
 * @param packages with their versions, such as `mypy==2.4.1`
 * @returns the folder of its programs
 * @throws {MissingToolError} without Python 3, venv and pip, or if pip cannot install the packages
 */
export async function installPython(packages: string[], say: (line: string) => void): Promise<string> {
  await requireTools([{ command: 'python3', version: '--version' }])
  const folder = cacheFolder(
    'python',
    createHash('sha256').update(packages.join()).digest('hex').slice(0, 12)
  )
  const programs = join(folder, 'bin')
  // The scripts of an environment contain its path, so it is created in place, and marked when complete.
  const complete = join(folder, 'complete')
  if (existsSync(complete)) return programs
  say(`Installing ${packages.join(', ')}`)
  try {
    mkdirSync(folder, { recursive: true })
    await download('python3', ['-m', 'venv', '--clear', folder])
    await download(join(programs, 'python'), ['-m', 'pip', 'install', '-q', ...packages])
    writeFileSync(complete, '')
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw new MissingToolError('Python on this machine has no venv and pip that can install the packages', {
      cause: error
    })
  }
  return programs
}
