/** Maximum length of lists inside other objects; the list endpoints page through everything. */
export const EMBEDDED_LIMIT = 100

/** The requested part of a list. */
export interface PageNumber {
  limit: number
  offset: number
}

export interface PageOf<Item> {
  items: Item[]
  total: number
}
