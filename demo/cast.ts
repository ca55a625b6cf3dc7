/** Who is in the story. */
import type { Account } from './accounts.ts'

export type Cast = {
  /** Makes the image, owns it, publishes and shares it. */
  readonly producer: Account
  /** Finds the image, asks for it and accepts it. */
  readonly consumer: Account
  /** Does not answer. */
  readonly second: Account
  /** Does not want it. */
  readonly third: Account
  /** Has an account, and nothing to do with it all. */
  readonly stranger: Account
}
