/** The rows of the built-in identity's tables. */
export type AccountTables = Record<never, never>
