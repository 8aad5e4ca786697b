import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { INFO } from '../../src/http/openapi/front-matter.js'

interface Versioned {
  version: string
}
const read = (file: string) => readFileSync(file, 'utf8')
const { version } = JSON.parse(read('package.json')) as Versioned

void t.test('every place names the same version', async (t) => {
  const lock = JSON.parse(read('package-lock.json')) as Versioned & { packages: Record<string, Versioned> }
  t.equal(lock.version, version)
  t.equal(lock.packages['']?.version, version)
  t.equal((JSON.parse(read('client/package.json')) as Versioned).version, version)
  t.equal(INFO.version, version)
  t.equal((parse(read('openapi.yaml')) as { info: Versioned }).info.version, version)
})

void t.test('CHANGELOG begins with [Unreleased], then this version', async (t) => {
  const headings = [...read('CHANGELOG.md').matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading)
  t.equal(headings[0], '[Unreleased]')
  t.match(headings[1], new RegExp(`^\\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d{2}-\\d{2}$`))
})

void t.test('the guides install the archive of this version', async (t) => {
  for (const name of readdirSync('docs/guides'))
    for (const [, named] of read(`docs/guides/${name}`).matchAll(/strongroom-client-([\d.]+)\.tgz/g))
      t.equal(named, version, name)
})

void t.test('each file in docs/openapi-releases describes the version in its name', async (t) => {
  const names = readdirSync('docs/openapi-releases')
  t.ok(names.length > 0)
  for (const name of names)
    t.equal(
      `${(parse(read(`docs/openapi-releases/${name}`)) as { info: Versioned }).info.version}.yaml`,
      name
    )
})
