import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { copyCheckout } from '../helpers/checkout.js'
import { startNpmRegistry } from '../helpers/npm-registry.js'
import { blocksOf } from '../guides/blocks.js'

export const run = promisify(execFile)

/** A project in which the package is packed and installed as the guide shows. */
export async function installPackage(t: Test): Promise<string> {
  const env = await startNpmRegistry(t)
  const checkout = copyCheckout(t, ['client'])
  const [pack = '', install = ''] = blocksOf('docs/guides/client.md', 'sh')
  await run('sh', ['-ec', pack], { cwd: checkout, env })
  const project = join(checkout, '..', 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await run('sh', ['-ec', install], { cwd: project, env })
  return project
}
