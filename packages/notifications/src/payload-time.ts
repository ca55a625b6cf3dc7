/** Times as payloads write them. */

/** `2026-01-31T23:59:59Z`, from any ISO 8601 time in UTC. */
export function toTime(text: string): string {
  return `${text.slice(0, 19)}Z`
}

export function deletion(deletedAt: string | null = null) {
  return { deleted: deletedAt !== null, deleted_at: deletedAt === null ? null : toTime(deletedAt) }
}
