/**
 * One keep-alive connection that asks and waits, as cheaply as Node can: what the generator costs
 * itself takes from what it can measure, and on a small machine from the server.
 *
 * Requests are bytes made beforehand. Of an answer only its end is found and its status read; the
 * bytes of its body are counted, and kept as text only where the answer is a refusal.
 */
import { connect, type Socket } from 'node:net'
import type { Address } from '../target/target.ts'

export type Answer = { readonly status: number; readonly refusal: string }

const endOfHead = Buffer.from('\r\n\r\n')
const endOfChunks = '\r\n0\r\n\r\n'
const readBytes = 512 * 1024
const mostOfRefusal = 500

export class Connection {
  readonly #address: Address
  readonly #buffer = Buffer.allocUnsafe(readBytes)
  #socket: Socket | undefined
  #waiting: PromiseWithResolvers<Answer> | undefined
  /** The beginning of a head that has not arrived whole; undefined once it has. */
  #head: Buffer | undefined = Buffer.alloc(0)
  #status = 0
  #refusal = ''
  /** Of the body; undefined where it comes in chunks. */
  #bytesLeft: number | undefined = 0
  #closesAfter = false
  #tail = ''
  /** Of all bodies so far. */
  bodyBytes = 0

  constructor(address: Address) {
    this.#address = address
  }

  /** Sends the request and resolves with its answer. One at a time. */
  async ask(request: Uint8Array): Promise<Answer> {
    const waiting = this.begin()
    this.socket().write(request)
    return waiting
  }

  /** Resolves with the next answer; for requests whose bytes are written to `socket` by the caller. */
  begin(): Promise<Answer> {
    this.#waiting = Promise.withResolvers<Answer>()
    this.#head = Buffer.alloc(0)
    return this.#waiting.promise
  }

  socket(): Socket {
    this.#socket ??= this.#connect()
    return this.#socket
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #connect(): Socket {
    const { host, port } = this.#address
    const onread = {
      buffer: this.#buffer,
      callback: (length: number) => {
        this.#read(this.#buffer.subarray(0, length))
        return true
      },
    }
    const socket = connect({ host, port, noDelay: true, onread })
    socket.on('error', (error) => this.#waiting?.reject(error))
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined
      this.#waiting?.reject(new Error('The server closed the connection before it had answered'))
    })
    return socket
  }

  #read(bytes: Buffer): void {
    if (this.#head === undefined) {
      this.#readBody(bytes)
      return
    }
    const all = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes])
    const end = all.indexOf(endOfHead)
    if (end === -1) {
      // Copied, since the next read comes into the same buffer.
      this.#head = Buffer.from(all)
      return
    }
    this.#head = undefined
    this.#readHead(all.toString('latin1', 0, end + 2))
    this.#readBody(all.subarray(end + endOfHead.length))
  }

  #readHead(head: string): void {
    this.#status = Number(head.slice(9, 12))
    this.#refusal = ''
    this.#tail = '\r\n'
    this.#closesAfter = /\r\nconnection: *close\r\n/i.test(head)
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1]
    if (length !== undefined) this.#bytesLeft = Number(length)
    else this.#bytesLeft = /\r\ntransfer-encoding: *chunked\r\n/i.test(head) ? undefined : 0
  }

  #readBody(bytes: Buffer): void {
    this.bodyBytes += bytes.length
    if (this.#status >= 400 && this.#refusal.length < mostOfRefusal) {
      this.#refusal += bytes.toString('utf8', 0, mostOfRefusal)
    }
    if (this.#bytesLeft === undefined) {
      // Nothing follows an answer, since nothing was asked meanwhile.
      this.#tail = (this.#tail + bytes.subarray(-endOfChunks.length).toString('latin1')).slice(
        -endOfChunks.length,
      )
      if (this.#tail === endOfChunks) this.#finish()
      return
    }
    this.#bytesLeft -= bytes.length
    if (this.#bytesLeft <= 0) this.#finish()
  }

  #finish(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (this.#closesAfter) this.close()
    waiting?.resolve({ status: this.#status, refusal: this.#refusal })
  }
}
