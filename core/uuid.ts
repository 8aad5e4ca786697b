const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u
const LENGTH = 36

/** The nil UUID (RFC 9562 §5.9), which no row has: it sorts before all others. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000'

/** Whether this is a UUID as PostgreSQL writes it, in lower case. */
export const isWrittenUuid = (text: string): boolean => UUID.test(text)

/** Whether this is a UUID as people may write it, in any case. */
export const isUuid = (text: string): boolean => text.length === LENGTH && UUID.test(text.toLowerCase())
