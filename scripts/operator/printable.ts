/** What people called themselves must not write to the operator's terminal. */
export const printable = (value: string | number) => String(value).replace(/\p{C}/gu, '\ufffd')
