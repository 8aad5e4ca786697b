import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, download, MissingToolError, requireTools } from '../real/tools.js'
import type { Generator } from './generator.js'
import { openapiGeneratorSteps } from './python.js'

/** https://openapi-generator.tech */
const VERSION = '7.25.0'
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'
const CLASSPATH = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath'

export const openapiGeneratorPython: Generator = {
  name: 'openapi-generator-python',
  prepare: async (say) => openapiGeneratorSteps([generate(await jar(say), ['-g', 'python'])], say)
}

/** Uses the HTTP client of Java 11, and one object for the parameters of each operation. */
export const openapiGeneratorJava: Generator = {
  name: 'openapi-generator-java',
  async prepare(say) {
    const options = ['-g', 'java', '--library', 'native', '-p', 'useSingleRequestParameter=true']
    return {
      generate: [
        // The code that it generates for maps in this style does not compile.
        { command: 'sed', args: ['-i', '/style: deepObject/d', 'openapi.yaml'] },
        generate(await jar(say), options)
      ],
      compile: [{ command: 'mvn', args: ['-q', '-B', 'compile', CLASSPATH, '-Dmdep.outputFile=classpath'] }],
      tour: (url) => ({
        command: 'sh',
        args: ['-c', 'exec java -cp "target/classes:$(cat classpath)" Tour "$0"', url]
      }),
      generated: {
        path: 'src/main/java/org',
        types: /^ *(?:public |protected |private )?(?:static |final |abstract )*(?:class|enum|interface) /gm
      }
    }
  }
}

const generate = (path: string, options: string[]) => ({
  command: 'java',
  args: [
    ...['-jar', path, 'generate', '-i', 'openapi.yaml', '-o', '.', ...options],
    ...['--global-property', 'apiTests=false,modelTests=false,apiDocs=false,modelDocs=false']
  ]
})

/**
 * The generator as a Maven artifact, from the cache if possible. @throws {MissingToolError} without Java and Maven, or
 * if Maven cannot download it
 */
async function jar(say: (line: string) => void): Promise<string> {
  await requireTools([
    { command: 'java', version: '-version' },
    { command: 'javac', version: '-version' },
    { command: 'mvn', version: '--version' }
  ])
  const folder = cacheFolder('openapi-generator')
  const name = `openapi-generator-cli-${VERSION}.jar`
  if (existsSync(join(folder, name))) return join(folder, name)
  say(`Downloading OpenAPI Generator ${VERSION} with Maven`)
  const partial = join(folder, String(process.pid))
  mkdirSync(partial, { recursive: true })
  const artifact = `-Dartifact=org.openapitools:openapi-generator-cli:${VERSION}`
  try {
    await download('mvn', ['-q', '-B', COPY, artifact, `-DoutputDirectory=${partial}`])
    renameSync(join(partial, name), join(folder, name))
  } catch (error) {
    throw new MissingToolError('Maven cannot download OpenAPI Generator', { cause: error })
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return join(folder, name)
}
