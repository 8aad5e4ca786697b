import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import { temporaryDataDir } from '../scripts/temporary-folder.js'

/**
 * An npm registry of the packages installed here: tests run `npm install` as guides show it, without the network.
 * @returns npm's environment
 */
export async function startNpmRegistry(t: Test): Promise<NodeJS.ProcessEnv> {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: object }
  const folders = Object.keys(packages).filter((folder) => folder !== '' && existsSync(folder))

  const server = createServer((request, response) => {
    const [, name = ''] = /^\/([^?]*)/.exec(decodeURIComponent(String(request.url))) ?? []
    if (folders.includes(name)) {
      // npm expects a folder `package` in an archive, and nested dependencies as packages of their own.
      const args = ['-c', '--exclude=./node_modules', '--transform=s,^\\.,package,', '.']
      spawn('tar', args, { cwd: name, stdio: ['ignore', 'pipe', 'inherit'] }).stdout.pipe(response)
      return
    }
    const { port } = server.address() as AddressInfo
    const versions = folders
      .filter((folder) => folder.endsWith(`node_modules/${name}`))
      .map((folder) => {
        const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
        const tarball = `http://127.0.0.1:${port}/${encodeURIComponent(folder)}`
        return [manifest.version, { ...manifest, dist: { tarball } }] as const
      })
    const [newest] = versions
    if (newest === undefined) response.statusCode = 404
    const tags = { latest: newest?.[0] }
    response.end(JSON.stringify({ name, 'dist-tags': tags, versions: Object.fromEntries(versions) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    ...process.env,
    npm_config_registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    npm_config_cache: temporaryDataDir(t),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false'
  }
}
