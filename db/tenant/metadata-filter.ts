import { and, or, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { MAX_METADATA_FILTERS } from '../../core/metadata-filters.js'
import type { Named } from '../statement.js'

const NUMBERS = Array.from({ length: MAX_METADATA_FILTERS }, (_, n) => n)

/** The jsonb values, as text, that the metadata must contain. */
export type MetadataValues = {
  metadata?: string | undefined
} & { [Name in `metadataText${number}` | `metadataOther${number}`]?: string | undefined }

/**
 * A text that is also the JSON form of a number or Boolean matches either, so its condition tests both. All other texts
 * share one condition. The index on documents' own data serves each condition, including an `or` of two.
 */
export function metadataValues(filter: Readonly<Record<string, string>> = {}): MetadataValues {
  const texts: [string, string][] = []
  const either: MetadataValues = {}
  let count = 0
  for (const [key, text] of Object.entries(filter)) {
    const other = otherThanText(text)
    if (other === undefined) texts.push([key, text])
    else {
      either[`metadataText${count}`] = object([[key, text]])
      either[`metadataOther${count}`] = object([[key, other]])
      count += 1
    }
  }
  return { ...(texts.length > 0 && { metadata: object(texts) }), ...either }
}

export function metadataCondition(
  column: SQLWrapper,
  given: Partial<Named<MetadataValues>>
): SQL | undefined {
  const contains = (json: SQLWrapper | undefined) => json && sql`${column} @> ${json}::text::jsonb`
  return and(
    contains(given.metadata),
    ...NUMBERS.map((n) => or(contains(given[`metadataText${n}`]), contains(given[`metadataOther${n}`])))
  )
}

/** Uses `Object.fromEntries`, since keys may be any text, even `__proto__`. */
const object = (entries: [string, unknown][]): string => JSON.stringify(Object.fromEntries(entries))

function otherThanText(text: string): number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  return Number.isFinite(number) && JSON.stringify(number) === text ? number : undefined
}
