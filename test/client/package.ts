import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { temporaryDataDir } from '../scripts/temporary-folder.js'

export const run = promisify(execFile)

/** Nothing may be fetched from a registry. */
const env = {
  ...process.env,
  npm_config_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false'
}

/** The blocks of code of a language in the guide. */
export function guideBlocks(language: string, url: string): string[] {
  const guide = readFileSync('docs/guides/client.md', 'utf8')
  const blocks = [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
  return blocks
    .filter(([, name]) => name === language)
    .map(([, , code = '']) => code.replaceAll('http://127.0.0.1:4999', url))
}

/**
 * A project of somebody who has installed the package as the guide says, from a copy of the sources: dist/ in the
 * checkout stays as it is.
 */
export async function installPackage(t: Test): Promise<string> {
  const folder = temporaryDataDir(t)
  const checkout = join(folder, 'checkout')
  cpSync('client', join(checkout, 'client'), {
    recursive: true,
    filter: (source) => source !== join('client', 'dist')
  })
  cpSync('tsconfig.json', join(checkout, 'tsconfig.json'))
  symlinkSync(realpathSync('node_modules'), join(checkout, 'node_modules'))
  const [pack = ''] = guideBlocks('sh', '')
  await run('sh', ['-ec', pack], { cwd: checkout, env })

  const project = join(folder, 'project')
  mkdirSync(project)
  const archives = readdirSync(join(checkout, 'client')).filter((name) => name.endsWith('.tgz'))
  for (const name of archives) cpSync(join(checkout, 'client', name), join(project, name))
  for (const dependency of ['openapi-fetch', 'openapi-typescript-helpers'])
    await run('npm', ['pack', '--ignore-scripts', realpathSync(join('node_modules', dependency))], {
      cwd: project,
      env
    })
  await run('npm', ['init', '--yes', '--init-type=module'], { cwd: project, env })
  await run('npm', ['install', ...readdirSync(project).filter((name) => name.endsWith('.tgz'))], {
    cwd: project,
    env
  })
  return project
}
