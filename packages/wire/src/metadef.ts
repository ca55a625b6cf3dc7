/** Metadata definitions as clients read and write them. Spec: Images API v2, "Metadata definitions". */

/** Absent keys say nothing; times are in ISO 8601. */
export type MetadefPropertyBody = {
  readonly name: string
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly operators?: readonly string[]
  /** A client may write any value, and reads text. */
  readonly default?: unknown
  readonly required?: readonly string[]
  readonly readonly?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly items?: { readonly type?: string; readonly enum?: readonly unknown[] }
  readonly uniqueItems?: boolean
  readonly minItems?: number
  readonly maxItems?: number
  readonly additionalItems?: boolean
}

/** By name; each says no name of its own. */
export type MetadefProperties = Readonly<Record<string, Omit<MetadefPropertyBody, 'name'>>>

export type MetadefObjectBody = {
  readonly name: string
  readonly description?: string
  readonly required?: readonly string[]
  readonly properties?: MetadefProperties
}

export type MetadefAssociationBody = {
  readonly name: string
  readonly prefix?: string
  readonly properties_target?: string
}

export type MetadefTagBody = { readonly name: string }

export type MetadefNamespaceBody = {
  readonly namespace: string
  readonly display_name?: string
  readonly description?: string
  readonly visibility?: 'public' | 'private'
  readonly protected?: boolean
  readonly owner?: string
  readonly resource_type_associations?: readonly MetadefAssociationBody[]
  readonly properties?: MetadefProperties
  readonly objects?: readonly MetadefObjectBody[]
  readonly tags?: readonly MetadefTagBody[]
}
