import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { blocksOf } from './blocks.js'

const markdown = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(folder, name))

void t.test('every guide with commands or code is run by a test', async (t) => {
  const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join('test', name), 'utf8'))
  for (const guide of [...markdown('docs/guides'), ...markdown('examples')])
    if (['sh', 'js', 'ts'].some((language) => blocksOf(guide, language).length > 0))
      t.ok(
        tests.some((test) => test.includes(`'${guide}'`)),
        guide
      )
})

void t.test('the links in the documents lead somewhere', async (t) => {
  for (const file of ['README.md', 'CONTRIBUTING.md', ...markdown('docs'), ...markdown('examples')]) {
    const text = readFileSync(file, 'utf8').replace(/^```.*?^```/gms, '')
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
      const [path = '', heading] = target.split('#')
      const aim = path === '' ? file : join(dirname(file), path)
      t.ok(existsSync(aim), `${file}: ${target}`)
      if (heading !== undefined && aim.endsWith('.md'))
        t.ok(headingsOf(aim).includes(heading), `${file}: ${target}`)
    }
  }
})

/** The headings of a file as GitHub's anchors. */
const headingsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
  )
