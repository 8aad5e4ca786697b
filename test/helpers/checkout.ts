import { cpSync, realpathSync, symlinkSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Test } from 'tap'
import { temporaryDataDir } from '../scripts/temporary-folder.js'

/** Build output and installed files, which a fresh checkout does not have. */
const MADE = ['dist', 'node_modules', 'package-lock.json', 'accounts.json']

/**
 * A copy of some folders of the checkout, in a folder `strongroom` of its own, so that guides build and install nothing in
 * the checkout itself. It uses the checkout's installed dependencies.
 */
export function copyCheckout(t: Test, folders: string[]): string {
  const checkout = join(temporaryDataDir(t), 'strongroom')
  for (const folder of folders)
    cpSync(folder, join(checkout, folder), {
      recursive: true,
      filter: (source) => !source.split(sep).some((part) => MADE.includes(part))
    })
  cpSync('tsconfig.json', join(checkout, 'tsconfig.json'))
  symlinkSync(realpathSync('node_modules'), join(checkout, 'node_modules'))
  return checkout
}
