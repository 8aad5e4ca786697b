/** Failed attempts in a row from which an endpoint of a webhook gets only probes, in a lane of its own. */
export const PROBED_FROM = 3

/** Characters of the URL of a webhook. */
export const MAX_URL_LENGTH = 2_000
