/** The rows of every table, as both databases return them. */
import type { Generated } from 'kysely'
import type { AccountTables } from './account-tables.ts'

export type ImageRow = {
  id: string
  name: string | null
  owner: string | null
  visibility: string
  status: string
  /** 0 or 1, like `hidden` and `deleted`. */
  protected: number
  hidden: number
  disk_format: string | null
  container_format: string | null
  min_disk_gib: number
  min_ram_mib: number
  size_bytes: number | null
  virtual_size_bytes: number | null
  checksum: string | null
  hash_algorithm: string | null
  hash_value: string | null
  /** JSON: an array of strings. */
  tags: string
  /** JSON: an array of [name, value]. */
  properties: string
  /** JSON: an array of [store, key, metadata]. */
  locations: string
  /** How many copies of the data are kept. What is staged is none yet. */
  copies: number
  incoming_store: string | null
  incoming_key: string | null
  /** JSON, or null. */
  import_state: string | null
  /** How many stores an import has still to reach. */
  remaining_stores: number
  /** Milliseconds since 1970, like every time here. */
  created_at: number
  updated_at: number
  deleted: Generated<number>
  /** Raised with every change of the row. */
  version: Generated<number>
}

/** Says that an image stands in a list; see list-entries.ts. */
export type ListEntryRow = {
  /** Of the list. */
  key: string
  image_id: string
  /** Of the image, like `name`, which is empty where the image has none. */
  created_at: number
  name: string
}

export type MemberRow = {
  number: Generated<number>
  image_id: string
  project_id: string
  status: string
  created_at: number
  updated_at: number
  deleted: Generated<number>
  /** As in list entries: what is shared with a project is a list as well. */
  image_created_at: number
  image_name: string
}

export type MetadefNamespaceRow = {
  id: string
  name: string
  display_name: string | null
  description: string | null
  visibility: string
  protected: number
  owner: string | null
  created_at: number
  updated_at: number
}

export type MetadefItemRow = {
  /** In the order of adding. */
  number: Generated<number>
  namespace_id: string
  kind: string
  name: string
  /** JSON. */
  body: string
  created_at: number
  updated_at: number
}

export type InvitationRow = {
  image_id: string
  project_id: string
  email: string | null
  note: string
  created_at: number
}

export type ContactRow = {
  id: string
  project_id: string
  email: string
  language: string
  /** 0 or 1. */
  proven: number
  /** JSON: how each kind of notice is to come. One that is not there comes at once. */
  wants: string
  created_at: number
  updated_at: number
}

export type MailRow = {
  /** In the order of writing. */
  number: Generated<number>
  id: string
  address: string
  kind: string
  contact_id: string | null
  subject: string
  plain: string
  html: string
  unsubscribe: string | null
  status: string
  attempts: number
  failure: string
  created_at: number
  due_at: number
}

export type InvitationLinkRow = {
  id: string
  image_id: string
  project_id: string
  expires_at: number
  answer: string | null
  answered_at: number | null
}

export type DigestEntryRow = {
  /** In the order of writing. */
  number: Generated<number>
  id: string
  contact_id: string
  /** JSON. */
  notice: string
  created_at: number
  /** 0 or 1. What has come stays for a while, so that it does not come again. */
  waits: number
}

export type AccessRequestRow = {
  /** In the order of asking. */
  number: Generated<number>
  id: string
  image_id: string
  title: string
  /** Null until it is verified. */
  producer_id: string | null
  project_id: string
  email: string
  language: string
  message: string
  status: string
  reason: string
  user_id: string | null
  created_at: number
  updated_at: number
}

export type ApprovalRuleRow = {
  image_id: string
  /** JSON: an array of ids, or null for any. */
  projects: string | null
  /** JSON: an array of names, or null for any. */
  email_domains: string | null
  most: number | null
  approved: number
}

export type ActivityRow = {
  /** In the order of writing. */
  number: Generated<number>
  type: string
  happened_at: number
  actor_user_id: string | null
  actor_project_id: string | null
  image_id: string
  image_name: string | null
  producer_id: string | null
  /** Empty for what is about no share. */
  consumer_id: string
  note: string
}

export type PublisherRow = {
  project_id: string
  slug: string
  name: string
  description: string
  contact: string | null
  /** 0 or 1. */
  verified: number
  created_at: number
  updated_at: number
}

export type ListingRow = {
  /** In the order of publishing. The words of a listing are kept under it, see listing-words.ts. */
  number: Generated<number>
  image_id: string
  publisher_id: string
  title: string
  description: string
  operating_system: string
  version: string | null
  architecture: string
  license: string | null
  support: string | null
  documentation: string | null
  published_at: number
  updated_at: number
  /** As facets compare them. */
  operating_system_key: string
  license_key: string | null
  /** Of the image: 0 or 1, and its disk format. */
  shown: number
  format: string | null
}

export type TaskRow = {
  id: string
  type: string
  status: string
  owner: string | null
  user_id: string
  image_id: string | null
  request_id: string | null
  /** JSON, like `result`. */
  input: string
  result: string | null
  message: string
  attempts: number
  created_at: number
  updated_at: number
  expires_at: number | null
  /** The process that runs it; null when none does. */
  process_id: number | null
}

export type EventRow = {
  /** In the order of writing. */
  number: Generated<number>
  /** In the order of reading; null until the event is known to be committed. */
  place: number | null
  id: string
  image_id: string | null
  happened_at: number
  /** JSON: all that has no column of its own. */
  body: string
}

export type WebhookRow = {
  id: string
  project_id: string
  url: string
  description: string
  /** JSON: an array of types of events; null for all. */
  types: string | null
  secret: string
  old_secret: string | null
  old_secret_until: number | null
  /** 0 or 1. */
  enabled: number
  disabled_reason: string
  failing_since: number | null
  created_at: number
  updated_at: number
  /** When the next of its deliveries is due; null while there is none, or it is switched off. */
  due_at: number | null
}

export type WebhookDeliveryRow = {
  /** In the order of writing. */
  number: Generated<number>
  id: string
  webhook_id: string
  event_id: string
  type: string
  image_id: string
  body: string
  state: string
  attempts: number
  status: number | null
  failure: string
  answer: string
  duration_ms: number | null
  created_at: number
  since: number
  attempted_at: number | null
  due_at: number
}

export type ContentRow = {
  store: string
  key: string
  digest: string | null
  size_bytes: number | null
  /** 0 or 1: whether further images of these bytes share the object. One per store and digest. */
  shared: number
}

export type LooseObjectRow = {
  store: string
  key: string
  image_id: string
  /** The process that writes it; 0 when it is doomed. */
  process_id: number
  /** 0 or 1: it is to be deleted once more after it was. */
  unsettled: Generated<number>
  /** Not to be deleted earlier. */
  due_at: Generated<number>
}

export type Tables = AccountTables & {
  images: ImageRow
  list_entries: ListEntryRow
  members: MemberRow
  metadef_namespaces: MetadefNamespaceRow
  metadef_items: MetadefItemRow
  metadef_resource_types: { name: string; created_at: number; updated_at: number }
  invitations: InvitationRow
  reminders: { image_id: string; project_id: string; count: number; last_at: number }
  blocks: { project_id: string; producer_id: string; created_at: number }
  contacts: ContactRow
  muted_addresses: { email: string }
  mails: MailRow
  invitation_links: InvitationLinkRow
  digest_entries: DigestEntryRow
  rates: { key: string; count: number; ends_at: number }
  access_requests: AccessRequestRow
  approval_rules: ApprovalRuleRow
  /** What no operator has to set: made when it is first needed. */
  secrets: { name: string; value: string }
  activity: ActivityRow
  publishers: PublisherRow
  listings: ListingRow
  contents: ContentRow
  carriers: { store: string; key: string; image_id: string }
  loose_objects: LooseObjectRow
  tasks: TaskRow
  events: EventRow
  /** One row. */
  event_places: { name: string; last_place: number }
  /** `process_id` is the process that drives the consumer; null when none does. */
  event_consumers: { name: string; place: number; process_id: number | null }
  /** How far each project's feed of events has come. */
  feeds: { project_id: string; last_position: number }
  /** `place` is the event's in the outbox. */
  feed_entries: { project_id: string; position: number; place: number }
  webhooks: WebhookRow
  webhook_deliveries: WebhookDeliveryRow
}
