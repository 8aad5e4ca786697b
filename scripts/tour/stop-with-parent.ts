/**
 * Loaded before the launcher that the tour starts: should the tour die without a word, the end of the IPC
 * channel tells it, and it stops everything in good order.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
