/**
 * Passwords, kept as scrypt hashes that carry their own parameters:
 *
 *   $scrypt$ln=14,r=8,p=5$<salt>$<hash>
 *
 * A hash is made to cost time and memory, so only a few are computed at once and only so many may
 * wait: a flood of log-ins is refused before it can fill the memory. They run off the main thread.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { UnavailableError } from '@vitrine/core'

export type PasswordCost = {
  /** Memory is 128 × 2^logN × blockSize bytes. */
  readonly logN: number
  readonly blockSize: number
  readonly parallelization: number
}

/** 16 MiB and a fifth of a second: one of the equal choices in OWASP's Password Storage Cheat Sheet. */
const defaultCost: PasswordCost = { logN: 14, blockSize: 8, parallelization: 5 }

const hashBytes = 32
const saltBytes = 16

/** Half of libuv's threads: file access must go on while people log in. */
const mostAtOnce = 2
const mostWaiting = 256

export class Passwords {
  readonly #cost: PasswordCost
  readonly #turns: (() => void)[] = []
  #running = 0

  /** @param cost of new hashes; those that are there keep theirs. */
  constructor(cost: Partial<PasswordCost> = {}) {
    this.#cost = { ...defaultCost, ...cost }
  }

  /** @throws {UnavailableError} when too many are waiting, like `matches`. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes)
    const hash = await this.#derive(password, salt, this.#cost)
    const { logN, blockSize, parallelization } = this.#cost
    const parameters = `ln=${logN},r=${blockSize},p=${parallelization}`
    return `$scrypt$${parameters}$${toText(salt)}$${toText(hash)}`
  }

  /**
   * Whether the password is the one behind `stored`. Takes as long when `stored` is null, for a
   * user that does not exist, so that nobody learns from the time who does.
   */
  async matches(password: string, stored: string | null): Promise<boolean> {
    const { cost, salt, hash } = stored === null ? decoy(this.#cost) : parse(stored)
    const derived = await this.#derive(password, salt, cost)
    return timingSafeEqual(derived, hash) && stored !== null
  }

  async #derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
    await this.#turn()
    try {
      return await derive(password, salt, cost)
    } finally {
      const next = this.#turns.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }

  /** Resolves when this one may run; who ends hands its place to the next. */
  async #turn(): Promise<void> {
    if (this.#running < mostAtOnce) {
      this.#running++
      return
    }
    if (this.#turns.length >= mostWaiting) {
      throw new UnavailableError(
        `Cannot check the password: ${mostWaiting} others are waiting to be checked; try again later`,
      )
    }
    await new Promise<void>((resolve) => this.#turns.push(resolve))
  }
}

function derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
  const { logN, blockSize, parallelization } = cost
  const options = {
    cost: 2 ** logN,
    blockSize,
    parallelization,
    // Just what OpenSSL is going to need: the table, and some blocks to work on.
    maxmem: 128 * blockSize * (2 ** logN + parallelization + 2),
  }
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  scrypt(password, salt, hashBytes, options, (error, hash) =>
    error === null ? resolve(hash) : reject(error),
  )
  return promise
}

/** A hash that no password is known for. */
function decoy(cost: PasswordCost) {
  return { cost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) }
}

const format =
  /^\$scrypt\$ln=(?<logN>\d+),r=(?<blockSize>\d+),p=(?<parallelization>\d+)\$(?<salt>[\w-]+)\$(?<hash>[\w-]+)$/

function parse(stored: string) {
  const groups = format.exec(stored)?.groups
  if (groups === undefined) throw new Error('Cannot read a password hash: it has an unknown format')
  const { logN, blockSize, parallelization, salt = '', hash = '' } = groups
  return {
    cost: {
      logN: Number(logN),
      blockSize: Number(blockSize),
      parallelization: Number(parallelization),
    },
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  }
}

function toText(bytes: Buffer): string {
  return bytes.toString('base64url')
}
