/**
 * Settings as an operator may write them, and the pile of places where they may be written.
 */

/** A setting as the operator may write it. */
export type Setting<T> = {
  /** As half a sentence: "a port from 0 to 65535". */
  readonly expected: string
  readonly fallback: T
  /** Shown masked wherever the configuration is printed. */
  readonly secret?: boolean
  /** What may be shown of a value that holds secrets among other things. */
  readonly show?: (value: unknown) => unknown
  /** @returns undefined when the value is not what is expected. */
  readonly read: (value: unknown) => T | undefined
}

export function text(fallback: string, expected: string): Setting<string> {
  return { expected, fallback, read: (value) => (isText(value) ? value : undefined) }
}

export function optionalUrl(expected: string): Setting<string | undefined> {
  return {
    expected,
    fallback: undefined,
    read: (value) => (isText(value) && URL.canParse(value) ? value.replace(/\/+$/, '') : undefined),
  }
}

export function optionalText(expected: string): Setting<string | undefined> {
  return { expected, fallback: undefined, read: (value) => (isText(value) ? value : undefined) }
}

/** Never printed, neither in messages nor by `vitrine config`. */
export function secret<T>(setting: Setting<T>): Setting<T> {
  return { ...setting, secret: true }
}

/** An address that may hold a password. */
export function optionalDatabaseUrl(): Setting<string | undefined> {
  return {
    expected: '"sqlite:<path>" or "postgres://<user>:<password>@<host>/<database>"',
    fallback: undefined,
    secret: true,
    read: (value) =>
      isText(value) && /^(sqlite:.|postgres(ql)?:\/\/)/.test(value) ? value : undefined,
  }
}

/** From a file a number, from the environment or the command line its digits. */
export function integer(
  fallback: number,
  smallest: number,
  largest: number,
  unit: string,
): Setting<number> {
  return {
    expected: `${unit} from ${smallest} to ${largest}`,
    fallback,
    read(value) {
      const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
      if (typeof number !== 'number' || !Number.isSafeInteger(number)) return undefined
      return number >= smallest && number <= largest ? number : undefined
    },
  }
}

/** Any of these names, each once; in the environment between commas, and empty for none. */
export function someOf<T extends string>(
  fallback: readonly T[],
  known: readonly T[],
): Setting<readonly T[]> {
  return {
    expected: `some of ${known.join(', ')}`,
    fallback,
    read(value) {
      const words: unknown = value === '' ? [] : isText(value) ? value.split(',') : value
      if (!Array.isArray(words)) return undefined
      const chosen = words.flatMap((word) => known.filter((one) => one === word))
      return chosen.length === words.length ? [...new Set(chosen)] : undefined
    },
  }
}

/** Of these names in this order; in the environment between commas. */
export function names(fallback: readonly string[], expected: string): Setting<readonly string[]> {
  return {
    expected,
    fallback,
    read(value) {
      const list: unknown = typeof value === 'string' ? value.split(',') : value
      return Array.isArray(list) && list.length > 0 && list.every(isText) ? list : undefined
    },
  }
}

/** Any number of them, or none; in the environment between commas. */
export function list<T>(
  fallback: readonly T[],
  readOne: (value: unknown) => T | undefined,
  expected: string,
): Setting<readonly T[]> {
  return {
    expected,
    fallback,
    read(value) {
      const values: unknown = typeof value === 'string' ? splitAtCommas(value) : value
      if (!Array.isArray(values)) return undefined
      const read = values.map(readOne)
      return read.every((one) => one !== undefined) ? read : undefined
    },
  }
}

/**
 * A list of tables of a file, or the same as JSON in the environment.
 *
 * @returns undefined when it is no list, or one of its tables is not what `read` expects.
 */
export function readListOfTables<T>(
  value: unknown,
  read: (table: Readonly<Record<string, unknown>>) => T | undefined,
): readonly T[] | undefined {
  const list = isText(value) ? parseJson(value) : value
  if (!Array.isArray(list) || list.length === 0) return undefined
  const tables = list.map((table: unknown) =>
    typeof table === 'object' && table !== null ? read({ ...table }) : undefined,
  )
  return tables.every((table) => table !== undefined) ? tables : undefined
}

/** The same, with what stands under a name such as `secret_access_key`, or as a URL's user, hidden. */
export function withoutSecrets(value: unknown): unknown {
  // What is no JSON is shown by nobody: the secret may stand anywhere in it.
  if (typeof value === 'string') return withoutSecretsIn(parseJson(value) ?? '<not shown>')
  return withoutSecretsIn(value)
}

function withoutSecretsIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretsIn)
  if (typeof value === 'string') return value.replace(/\/\/[^/]*@/g, '//<hidden>@')
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      /secret|session_?token/i.test(key) && inner !== undefined
        ? '<hidden>'
        : withoutSecretsIn(inner),
    ]),
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function splitAtCommas(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.split(',').map((part) => part.trim())
}

/** From a file a boolean, from the environment or the command line its name. */
export function flag(fallback: boolean): Setting<boolean> {
  return {
    expected: 'true or false',
    fallback,
    read: (value) => [true, false].find((one) => one === value || String(one) === value),
  }
}

export function choice<T extends string>(fallback: T, choices: readonly T[]): Setting<T> {
  return {
    expected: choices.map((one) => `"${one}"`).join(' or '),
    fallback,
    read: (value) => choices.find((one) => one === value),
  }
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** A reason not to start that the operator can mend. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** What was written, and where: "vitrine.toml", "VITRINE_HTTP__PORT", "--port". */
export type Chosen = { readonly value: unknown; readonly source: string }

/** What was chosen, by `section.key`. Whatever nobody takes was a mistake. */
export class Choices {
  readonly #chosen: ReadonlyMap<string, Chosen>
  readonly #taken = new Map<string, string>()

  constructor(chosen: ReadonlyMap<string, Chosen>) {
    this.#chosen = chosen
  }

  /** @throws {ConfigError} when what was chosen is not what the setting expects. */
  take<T>(name: string, setting: Setting<T>): T {
    const chosen = this.#chosen.get(name)
    const { show = (value: unknown) => value } = setting
    const value = chosen === undefined ? setting.fallback : setting.read(chosen.value)
    if (chosen !== undefined && value === undefined) {
      const shown = setting.secret ? 'not shown' : JSON.stringify(show(chosen.value))
      throw new ConfigError(
        `Cannot start: ${name} is ${shown} (${chosen.source}), and should be ${setting.expected}`,
      )
    }
    const shown = setting.secret && value !== undefined ? '<hidden>' : show(value)
    this.#taken.set(
      name,
      `${name} = ${JSON.stringify(shown) ?? '(none)'}  # ${chosen?.source ?? 'default'}`,
    )
    // A setting that may be absent says so in its type; every other was read to a value.
    return value === undefined ? setting.fallback : value
  }

  /** One line per setting that was taken, secrets hidden. */
  lines(): string[] {
    return [...this.#taken.values()]
  }

  /** @throws {ConfigError} when something was chosen that is no setting. */
  requireAllTaken(): void {
    for (const [name, { source }] of this.#chosen) {
      if (this.#taken.has(name)) continue
      const known = [...this.#taken.keys()].join(', ')
      throw new ConfigError(
        `Cannot start: there is no setting ${name} (${source}). There are ${known}`,
      )
    }
  }
}
