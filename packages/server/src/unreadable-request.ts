/** The answer to bytes that are no HTTP request, or one whose head is too long to be read. */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'

/** How long the client may go on sending before it is cut off. */
const patienceMs = 1000

const reasons: Record<string, readonly [status: number, message: string]> = {
  HPE_HEADER_OVERFLOW: [
    431,
    'Cannot read the request: its path, query and headers are longer than 16384 bytes together',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Cannot read the request: its headers took too long to arrive'],
}

/**
 * To be called for every error of a connection outside of a request.
 *
 * The connection is not cut at once: what the client still sends would be answered by a reset, and
 * a reset can overtake the answer.
 */
export function answerUnreadableRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, message] = reasons[error.code ?? ''] ?? [
    400,
    'Cannot read the request: it is not HTTP',
  ]
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: ${message.length}\r\n\r\n${message}`,
  )
  socket.removeAllListeners('data').resume()
  setTimeout(() => socket.destroy(), patienceMs).unref()
}
