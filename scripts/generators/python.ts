import { delimiter, join } from 'node:path'
import { installPython } from '../real/python.js'
import type { Generator, Steps } from './generator.js'

const MYPY = 'mypy==2.4.1'
const TYPES = /^class /gm

/** Newer versions of Ruff rewrite the generated code in a way that mypy rejects. */
const OPENAPI_PYTHON_CLIENT = [
  'openapi-python-client==0.29.1',
  'ruff==0.15.22',
  'httpx==0.28.1',
  'attrs==26.1.0',
  MYPY
]

export const openapiPythonClient: Generator = {
  name: 'openapi-python-client',
  async prepare(say) {
    const programs = await installPython(OPENAPI_PYTHON_CLIENT, say)
    const generate = ['generate', '--path', 'openapi.yaml', '--meta', 'none', '--output-path', 'client']
    return {
      generate: [
        {
          command: join(programs, 'openapi-python-client'),
          args: [...generate, '--config', 'config.yaml', '--fail-on-warning'],
          environment: { PATH: [programs, process.env['PATH']].join(delimiter) }
        }
      ],
      compile: [{ command: join(programs, 'mypy'), args: ['--strict', 'client', 'tour.py'] }],
      tour: (url) => ({ command: join(programs, 'python'), args: ['tour.py', url] }),
      generated: { path: 'client', types: TYPES }
    }
  }
}

/** The dependencies of the generated client, and mypy to check it. */
const OPENAPI_GENERATOR = [
  'urllib3==2.7.0',
  'python-dateutil==2.9.0.post0',
  'pydantic==2.14.4',
  'typing-extensions==4.16.0',
  'types-python-dateutil==2.9.0.20261116',
  MYPY
]

/** @param generate the commands that generate the client */
export async function openapiGeneratorSteps(
  generate: Steps['generate'],
  say: (line: string) => void
): Promise<Steps> {
  const programs = await installPython(OPENAPI_GENERATOR, say)
  const mypy = (args: string[]) => ({ command: join(programs, 'mypy'), args })
  return {
    generate,
    // The generated client is checked by the less strict rules of its own pyproject.toml.
    compile: [mypy(['openapi_client']), mypy(['--strict', '--follow-imports=silent', 'tour.py'])],
    tour: (url) => ({ command: join(programs, 'python'), args: ['tour.py', url] }),
    generated: { path: 'openapi_client', types: TYPES }
  }
}
