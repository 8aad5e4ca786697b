/** Lists inside other objects stop here; the list endpoints give all. */
export const EMBEDDED_LIMIT = 100

/** Which part of a list is wanted. */
export interface PageNumber {
  limit: number
  offset: number
}

export interface PageOf<Item> {
  items: Item[]
  total: number
}
