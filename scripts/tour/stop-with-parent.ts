/** The IPC channel closes when the parent dies; treat that as a request to stop. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
