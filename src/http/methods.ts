import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { AppError } from '../../core/errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The error for a request that no route takes; sets `Allow` if the path supports other methods. */
    noRoute: (request: FastifyRequest, reply: FastifyReply) => AppError
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route answers OPTIONS itself, with more than the methods. */
    answersOptions?: boolean
  }
}

interface Path {
  segments: string[]
  methods: Set<string>
}

/**
 * Knows which methods each path supports: other methods get METHOD_NOT_ALLOWED with `Allow` (RFC 9110 §15.5.6), and an
 * OPTIONS request that is not a CORS preflight lists them. Requests that no route takes are refused here, before their
 * body is read.
 */
export default fp(
  async (app) => {
    const paths = new Map<string, Path>()

    app.addHook('onRoute', ({ url, method }) => {
      // The route of @fastify/cors, which matches any path.
      if (!url.startsWith('/')) return
      const path = url.replace(/(.)\/$/, '$1')
      const known = paths.get(path) ?? { segments: path.split('/'), methods: new Set<string>() }
      for (const one of [method].flat()) if (one !== 'OPTIONS') known.methods.add(one)
      paths.set(path, known)
    })

    function methodsAt(url: string): string[] {
      const asked = pathOf(url).split('/')
      const matching = [...paths.values()].filter(({ segments }) => matches(segments, asked))
      const most = Math.max(...matching.map(fixedOf))
      const closest = matching.filter((path) => fixedOf(path) === most)
      return [...new Set(closest.flatMap(({ methods }) => [...methods]))].sort()
    }

    /**
     * The paths that hide a path with parameters: they have fixed names in place of some parameters, and lack the
     * method. Each is given by these names. /uploads/direct hides /uploads/:upload_id.
     */
    const hiding = new Map<string, [parameter: string, value: string][][]>()
    function namesHiding(path: string, method: string): [parameter: string, value: string][][] {
      const key = `${method} ${path}`
      const known = hiding.get(key)
      if (known !== undefined) return known
      const segments = path.replace(/(.)\/$/, '$1').split('/')
      const found = [...paths.values()].filter(
        (other) => !other.methods.has(method) && hides(other.segments, segments)
      )
      const names = found
        .map((other) => fixedInstead(other.segments, segments))
        .filter((one) => one.length > 0)
      hiding.set(key, names)
      return names
    }

    /** Whether the router took the fixed name of another path, which lacks the method, for a parameter. */
    function isHidden({ method, routeOptions: { url = '' }, params }: FastifyRequest): boolean {
      const given = params as Record<string, string | undefined>
      return namesHiding(url, method).some((names) => names.every(([name, value]) => given[name] === value))
    }

    function allow(reply: FastifyReply, methods: string[]): void {
      void reply.header('allow', [...methods, 'OPTIONS'].join(', '))
    }

    app.decorate('noRoute', (request: FastifyRequest, reply: FastifyReply) => {
      const methods = methodsAt(request.raw.url ?? '')
      // A route that has this method may call this too, when it finds that it does not apply.
      if (methods.length === 0 || methods.includes(request.method)) return new AppError('ROUTE_NOT_FOUND')
      allow(reply, methods)
      return new AppError('METHOD_NOT_ALLOWED')
    })

    app.addHook('onRequest', (request, reply, done) => {
      const { method, headers, is404 } = request
      const isPreflight = headers['access-control-request-method'] !== undefined
      if (method === 'OPTIONS' && (is404 || !isPreflight)) {
        const methods = methodsAt(request.raw.url ?? '')
        if (methods.length === 0) {
          done(new AppError('ROUTE_NOT_FOUND'))
          return
        }
        allow(reply, methods)
        if (request.routeOptions.config.answersOptions !== true) return void reply.code(204).send()
      }
      const isNothing = is404 || (method !== 'OPTIONS' && isHidden(request))
      done(isNothing ? app.noRoute(request, reply) : undefined)
    })
  },
  { name: 'methods' }
)

/** The path of a URL as routes match it: decoded, without a trailing slash. */
function pathOf(url: string): string {
  const [path = ''] = url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)
  try {
    return decodeURI(path).replace(/(.)\/$/, '$1')
  } catch {
    return path
  }
}

/** The number of segments of a path that are not parameters. */
const fixedOf = ({ segments }: Path): number => segments.filter((segment) => !/^[:*]/.test(segment)).length

/** Whether `others` match every path that `some` match, with parameters in place of some fixed segments. */
const hides = (some: string[], others: string[]): boolean =>
  some.length === others.length &&
  some.every((segment, index) => segment === others[index] || others[index]?.startsWith(':') === true)

/** The names of the parameters in `others` for which `some` have a fixed text, and that text. */
const fixedInstead = (some: string[], others: string[]): [parameter: string, value: string][] =>
  some.flatMap((segment, index) => {
    const other = others[index] ?? ''
    return other.startsWith(':') && !segment.startsWith(':') ? [[other.slice(1), segment]] : []
  })

function matches(segments: string[], asked: string[]): boolean {
  if (segments.at(-1) !== '*' && segments.length !== asked.length) return false
  return segments.every((segment, index) => {
    const one = asked[index]
    if (segment === '*') return one !== undefined
    return segment.startsWith(':') ? one !== undefined && one !== '' : segment === one
  })
}
