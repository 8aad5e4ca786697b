import closeWithGrace from 'close-with-grace'
import { loadConfig, NEEDED, readEnvironment } from '../core/config/config.js'
import { createLogger } from '../core/logger.js'
import { announceReady, closeOnDisconnect, collectLessOften, exitOnStartFailure } from '../src/process.js'
import { buildWorker } from './app.js'

await exitOnStartFailure(async () => {
  collectLessOften()
  const config = loadConfig(readEnvironment(), NEEDED.worker)
  const logger = createLogger(config.logLevel, 'worker', config.logFormat)
  const app = await buildWorker(config, logger)
  const grace = closeWithGrace({ delay: config.shutdown.killAfterMs, logger }, () => app.close())
  closeOnDisconnect(grace)
  announceReady(await app.listen({ host: config.worker.host, port: config.worker.port }))
})
