import type { AddressInfo } from 'node:net'
import { Accounts } from './accounts.js'
import { createApp } from './app.js'

const { PORT = '3000', ACCOUNTS_FILE = 'accounts.json' } = process.env

const accounts = await Accounts.open(ACCOUNTS_FILE)
const server = createApp(accounts).listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error
  console.log(`The product is at http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})

// Accepts no more connections, and finishes the running uploads and downloads.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close())
