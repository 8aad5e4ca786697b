/** After this many failed attempts in a row, a webhook's endpoint gets only probes, in their own lane. */
export const PROBED_FROM = 3

/** Maximum characters of a webhook's URL. */
export const MAX_URL_LENGTH = 2_000
