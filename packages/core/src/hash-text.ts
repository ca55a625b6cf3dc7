/** Hashes as clients write them: hexadecimal digits, as many as the algorithm makes. */
const digitsOf: ReadonlyMap<string, number> = new Map([
  ['md5', 32],
  ['sha1', 40],
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
])

export function isHash(algorithm: string, text: string): boolean {
  return text.length === digitsOf.get(algorithm) && /^[0-9a-f]+$/i.test(text)
}

/** What `isHash` asks for, as in "it should be 32 hexadecimal digits". */
export function hashForm(algorithm: string): string {
  const digits = digitsOf.get(algorithm)
  if (digits !== undefined) return `${digits} hexadecimal digits`
  return `by one of ${[...digitsOf.keys()].join(', ')}`
}
