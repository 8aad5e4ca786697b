/** Maximum number of metadata keys in one search for documents. */
export const MAX_METADATA_FILTERS = 10
