/** A name quoted for SQL, for statements that cannot take it as a parameter. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Text quoted for SQL, for statements that take no parameters, such as CREATE ROLE. */
export const quoteText = (text: string): string => {
  if (text.includes('\\')) throw new TypeError('Text that contains a backslash cannot be quoted')
  return `'${text.replaceAll("'", "''")}'`
}
