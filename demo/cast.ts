/** Who is in the story. */
import type { Account } from './accounts.ts'

export type Cast = {
  /** Makes the image, owns it and shares it. */
  readonly producer: Account
  /** The image is shared with its project. */
  readonly consumer: Account
  /** Has an account, and nothing to do with it all. */
  readonly stranger: Account
}
