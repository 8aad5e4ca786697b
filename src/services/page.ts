/** Which part of a list is wanted. */
export interface PageNumber {
  limit: number
  offset: number
}

export interface PageOf<Item> {
  items: Item[]
  total: number
}
