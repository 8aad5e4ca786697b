/** A name quoted for SQL, for statements that cannot take it as a parameter. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Text quoted for SQL, for statements that take no parameters, such as CREATE ROLE. */
export const quoteText = (text: string): string => {
  if (text.includes('\\')) throw new TypeError('Text with a backslash is not quoted here')
  return `'${text.replaceAll("'", "''")}'`
}
