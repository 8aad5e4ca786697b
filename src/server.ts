import closeWithGrace, { type Signals } from 'close-with-grace'
import { oneOfSeveral } from './cluster/ask-primary.js'
import { startCluster } from './cluster/primary.js'
import { loadConfig, readEnvironment } from '../core/config/config.js'
import { createLogger } from '../core/logger.js'
import { announceReady, closeOnDisconnect, collectLessOften, exitOnStartFailure } from './process.js'

await exitOnStartFailure(async () => {
  const config = loadConfig(readEnvironment())
  const logger = createLogger(config.logLevel, 'api', config.logFormat)
  const { host, port, processes } = config.http
  const delay = config.shutdown.killAfterMs
  // A Ctrl-C in a terminal reaches all processes; the primary tells the others to stop.
  const skip: Signals[] = oneOfSeveral ? ['SIGINT'] : []
  if (processes > 1 && !oneOfSeveral) {
    const cluster = await startCluster(processes, logger)
    const grace = closeWithGrace({ delay, logger }, () => cluster.close())
    closeOnDisconnect(grace)
    announceReady(cluster.url)
  } else {
    collectLessOften()
    // The primary only supervises and does not need the application.
    const { buildApp } = await import('./app.js')
    const app = await buildApp(config, logger)
    if (oneOfSeveral) process.on('SIGINT', () => undefined)
    const grace = closeWithGrace({ delay, logger, skip }, () => app.stop())
    closeOnDisconnect(grace)
    announceReady(await app.listen({ host, port }))
  }
})
