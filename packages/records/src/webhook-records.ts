/**
 * Webhooks and their deliveries on a database.
 *
 * A webhook's row says when the next of its deliveries is due, so that who sends finds the few with
 * something to do among all. It is kept up with every change of a delivery, under the row's lock,
 * which also decides whether a delivery is the first of its image.
 */
import {
  hasEndedDelivery,
  type Webhook,
  type WebhookDelivery,
  type WebhookLog,
  type WebhookReader,
  type WebhookWriter,
} from '@vitrine/core'
import { type Selectable, sql } from 'kysely'
import type { Database, Queries } from './database.ts'
import type { WebhookDeliveryRow } from './tables.ts'
import { toDelivery, toDeliveryRow, toWebhook, toWebhookRow } from './webhook-rows.ts'

/** A statement takes only so many parameters. */
const mostProjectsAtOnce = 1000
const mostForgottenAtOnce = 500

export function webhookReader(queries: Queries): WebhookReader {
  const webhooks = () => queries.selectFrom('webhooks').selectAll()
  const deliveries = () => queries.selectFrom('webhook_deliveries').selectAll()

  return {
    async listWebhooks(projectId) {
      const rows = await webhooks()
        .where('project_id', '=', projectId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(toWebhook)
    },

    async findWebhook(id) {
      const row = await webhooks().where('id', '=', id).executeTakeFirst()
      return row && toWebhook(row)
    },

    async webhooksOf(projectIds) {
      const found: Webhook[] = []
      for (let start = 0; start < projectIds.length; start += mostProjectsAtOnce) {
        const some = projectIds.slice(start, start + mostProjectsAtOnce)
        const rows = await webhooks()
          .where('project_id', 'in', some)
          .where('enabled', '=', 1)
          .execute()
        found.push(...rows.map(toWebhook))
      }
      return found
    },

    async dueWebhooks({ now, failing, limit }) {
      const rows = await webhooks()
        .where('due_at', '<=', now.getTime())
        .where('failing_since', failing ? 'is not' : 'is', null)
        .orderBy('due_at')
        .limit(limit)
        .execute()
      return rows.map(toWebhook)
    },

    async dueDeliveries(webhookId, now, limit) {
      const rows = await deliveries()
        .where('webhook_id', '=', webhookId)
        .where('state', '=', 'waiting')
        .where('due_at', '<=', now.getTime())
        .orderBy('due_at')
        .orderBy('number')
        .limit(limit)
        .execute()
      return rows.map(toDelivery)
    },

    async countUnended(webhookId, most) {
      const { count } = await queries
        .selectFrom(
          queries
            .selectFrom('webhook_deliveries')
            .select('number')
            .where('webhook_id', '=', webhookId)
            .where('state', 'in', ['waiting', 'queued'])
            .limit(most)
            .as('unended'),
        )
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return Number(count)
    },

    async findDelivery(id) {
      const row = await deliveries().where('id', '=', id).executeTakeFirst()
      return row && toDelivery(row)
    },

    async listDeliveries({ webhookId, state, after, limit }) {
      const rows = await deliveries()
        .where('webhook_id', '=', webhookId)
        .$if(state !== undefined, (some) => some.where('state', '=', state ?? ''))
        .$if(after !== undefined, (some) =>
          some.where('number', '<', (last) =>
            last
              .selectFrom('webhook_deliveries')
              .select('number')
              .where('id', '=', after ?? ''),
          ),
        )
        .orderBy('number', 'desc')
        .limit(limit)
        .execute()
      return rows.map(toDelivery)
    },
  }
}

export function webhookWriter(queries: Queries, dialect: Database['dialect']): WebhookWriter {
  return {
    lockWebhook: (id) => lockWebhook(queries, dialect, id),

    async saveWebhook(webhook) {
      const { id, ...change } = toWebhookRow(webhook)
      await queries
        .insertInto('webhooks')
        .values({ id, ...change })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
        .execute()
      await refreshDue(queries, id)
    },

    async deleteWebhook(id) {
      await queries.deleteFrom('webhook_deliveries').where('webhook_id', '=', id).execute()
      await queries.deleteFrom('webhooks').where('id', '=', id).execute()
    },

    async insertDelivery(delivery) {
      const { webhookId, imageId } = delivery
      const state = await stateInTurn(queries, webhookId, imageId)
      await queries
        .insertInto('webhook_deliveries')
        .values(toDeliveryRow({ ...delivery, state }))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
      await refreshDue(queries, webhookId)
    },

    async reviveDelivery(delivery) {
      const { webhookId, imageId } = delivery
      const state = await stateInTurn(queries, webhookId, imageId)
      await updateDelivery(queries, { ...delivery, state })
      await refreshDue(queries, webhookId)
    },

    async saveDelivery(delivery) {
      const { webhookId, imageId } = delivery
      await updateDelivery(queries, delivery)
      if (hasEndedDelivery(delivery)) await letNextWait(queries, webhookId, imageId)
      await refreshDue(queries, webhookId)
    },

    async hastenDeliveries(webhookId, now) {
      await queries
        .updateTable('webhook_deliveries')
        .set({ due_at: now.getTime() })
        .where('webhook_id', '=', webhookId)
        .where('state', '=', 'waiting')
        .where('due_at', '>', now.getTime())
        .execute()
      await refreshDue(queries, webhookId)
    },
  }
}

export function webhookLog(database: Database): WebhookLog {
  return {
    async forgetDeliveries(before) {
      for (let forgotten = 0; ; ) {
        const doomed = await database.read
          .selectFrom('webhook_deliveries')
          .select(['number', 'webhook_id', 'image_id', 'state'])
          .where('since', '<', before.getTime())
          .orderBy('since')
          .limit(mostForgottenAtOnce)
          .execute()
        for (const [webhookId, some] of Map.groupBy(doomed, (row) => row.webhook_id)) {
          await database.write((queries) => forgetOf(queries, database.dialect, webhookId, some))
        }
        forgotten += doomed.length
        if (doomed.length < mostForgottenAtOnce) return forgotten
      }
    },
  }
}

async function forgetOf(
  queries: Queries,
  dialect: Database['dialect'],
  webhookId: string,
  doomed: readonly Pick<Selectable<WebhookDeliveryRow>, 'number' | 'image_id'>[],
): Promise<void> {
  await lockWebhook(queries, dialect, webhookId)
  await queries
    .deleteFrom('webhook_deliveries')
    .where(
      'number',
      'in',
      doomed.map(({ number }) => number),
    )
    .execute()
  for (const imageId of new Set(doomed.map((row) => row.image_id))) {
    await letNextWait(queries, webhookId, imageId)
  }
  await refreshDue(queries, webhookId)
}

async function lockWebhook(queries: Queries, dialect: Database['dialect'], id: string) {
  const row = await queries
    .selectFrom('webhooks')
    .selectAll()
    .where('id', '=', id)
    // An embedded database has one writer at a time.
    .$if(dialect === 'postgres', (locked) => locked.forUpdate())
    .executeTakeFirst()
  return row && toWebhook(row)
}

/** Of a delivery that is to be added to those of its image. */
async function stateInTurn(queries: Queries, webhookId: string, imageId: string) {
  const before = await queries
    .selectFrom('webhook_deliveries')
    .select('number')
    .where('webhook_id', '=', webhookId)
    .where('image_id', '=', imageId)
    .where('state', 'in', ['waiting', 'queued'])
    .limit(1)
    .executeTakeFirst()
  return before === undefined ? 'waiting' : 'queued'
}

/** The first that is queued of this image waits, unless another does. */
async function letNextWait(queries: Queries, webhookId: string, imageId: string): Promise<void> {
  const ofImage = queries
    .selectFrom('webhook_deliveries')
    .where('webhook_id', '=', webhookId)
    .where('image_id', '=', imageId)
  const waiting = await ofImage
    .select('number')
    .where('state', '=', 'waiting')
    .limit(1)
    .executeTakeFirst()
  if (waiting !== undefined) return
  await queries
    .updateTable('webhook_deliveries')
    .set({ state: 'waiting' })
    .where(
      'number',
      '=',
      ofImage.select('number').where('state', '=', 'queued').orderBy('number').limit(1),
    )
    .execute()
}

async function refreshDue(queries: Queries, webhookId: string): Promise<void> {
  await queries
    .updateTable('webhooks')
    .set({
      due_at: sql<number | null>`case when enabled = 1 then (
        select min(due_at) from webhook_deliveries
        where webhook_id = ${webhookId} and state = 'waiting'
      ) end`,
    })
    .where('id', '=', webhookId)
    .execute()
}

async function updateDelivery(queries: Queries, delivery: WebhookDelivery): Promise<void> {
  const { id, ...change } = toDeliveryRow(delivery)
  await queries.updateTable('webhook_deliveries').set(change).where('id', '=', id).execute()
}
