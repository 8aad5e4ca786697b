/** By how many keys of their metadata documents can be found at once. */
export const MAX_METADATA_FILTERS = 10
