/** The end of the IPC channel tells that the parent died; it is then as if it had asked to stop. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
