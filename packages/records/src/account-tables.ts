/** The rows of the built-in identity's tables. */

export type ProjectRow = {
  id: string
  name: string
  description: string
  /** 0 or 1. */
  enabled: number
}

export type UserRow = {
  id: string
  name: string
  email: string | null
  description: string | null
  /** 0 or 1. */
  enabled: number
  default_project_id: string | null
  password_hash: string | null
  /** Raised to call in all tokens of the user. */
  token_epoch: number
}

export type RoleAssignmentRow = { user_id: string; project_id: string; role: string }

export type AccountTables = {
  projects: ProjectRow
  users: UserRow
  role_assignments: RoleAssignmentRow
  /** Kept until the token would have expired anyway. */
  revoked_tokens: { id: string; expires_at: number }
  /** One row. */
  signing_secrets: { name: string; secret: string }
}
