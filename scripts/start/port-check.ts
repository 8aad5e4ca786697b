import { listenBriefly } from '../embedded/ports.js'

/**
 * Checks that the API will be able to listen, long before it tries.
 * @param setting the name of the setting that holds the port
 * @throws an error that says what to do
 */
export async function checkPort(setting: string, host: string, port: number): Promise<void> {
  try {
    await listenBriefly(host, port)
  } catch (error) {
    throw new Error(explain(error as NodeJS.ErrnoException, setting, host, port))
  }
}

function explain(error: NodeJS.ErrnoException, setting: string, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use; stop the other program or set ${setting} to another port.`
    case 'EACCES':
      return `Port ${port} on ${host} is reserved for root; set ${setting} to 1024 or higher.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST=${host} is not an address of this machine; use 127.0.0.1 or 0.0.0.0.`
    default:
      return `Cannot listen on port ${port} of ${host} (${error.message}).`
  }
}
