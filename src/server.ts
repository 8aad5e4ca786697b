import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.js'
import { loadConfig, readEnvironment } from './config.js'
import { createLogger } from './logger.js'
import { announceReady, closeOnDisconnect, exitOnStartFailure } from './process.js'

await exitOnStartFailure(async () => {
  const config = loadConfig(readEnvironment())
  const logger = createLogger(config.logLevel, 'api')
  const app = await buildApp(config, logger)
  const grace = closeWithGrace({ delay: 10_000, logger }, () => app.close())
  closeOnDisconnect(grace)
  announceReady(await app.listen({ host: config.http.host, port: config.http.port }))
})
