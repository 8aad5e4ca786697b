import { constantAnswer, type ConstantAnswer } from '../constant-answer.js'
import { HTML_TYPE } from './html.js'

/**
 * The answer with a top-level page, whose relative links differ between `/errors` and `/errors/`.
 * @param make gets the relative path from the page to `/`
 */
export function bothSpellings(make: (root: string) => string): ConstantAnswer {
  const plain = constantAnswer(HTML_TYPE, () => make('.'))
  const withSlash = constantAnswer(HTML_TYPE, () => make('..'))
  return (request, reply) => {
    const [path = ''] = request.url.split('?', 1)
    return path.endsWith('/') ? withSlash(request, reply) : plain(request, reply)
  }
}
