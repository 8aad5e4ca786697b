import express, { type Express } from 'express'
import type { Accounts } from './accounts.js'
import { documents } from './documents.js'
import { handleError } from './errors.js'
import { tenantOf } from './tenants.js'

export function createApp(accounts: Accounts): Express {
  const app = express()
  app.disable('x-powered-by')

  app.post('/sign-up', express.json(), async (request, response) => {
    const { company } = (request.body ?? {}) as { company?: unknown }
    if (typeof company !== 'string' || company === '') {
      response.status(422).json({ error: 'Send {"company": "…"}' })
      return
    }
    response.status(201).json({ token: await accounts.signUp(company) })
  })

  app.use('/documents', async (request, response, next) => {
    const [, token = ''] = /^Bearer (\S+)$/i.exec(request.get('authorization') ?? '') ?? []
    const found = accounts.find(token)
    if (found === undefined) {
      response.status(401).json({ error: 'Sign up, and send your token' })
      return
    }
    // The tenant comes from the product's own records, never from the request: no user can name another customer's.
    response.locals['tenantId'] = await tenantOf(accounts, found.customer)
    response.locals['userId'] = found.userId
    next()
  })
  app.use('/documents', documents)

  app.use(handleError)
  return app
}
