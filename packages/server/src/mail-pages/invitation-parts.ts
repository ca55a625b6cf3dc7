/** What the pages of an invitation have in common: the image, and what an answer means. */
import type { InvitationView } from '@vitrine/core'
import { type Content, html } from '../html/html.ts'
import { exactSize } from '../html/readable.ts'

export type Known = Extract<InvitationView, { image: unknown }>
export type Open = Extract<InvitationView, { state: 'open' }>

export const answers = {
  accepted: {
    verb: 'accept',
    title: 'Accept the image',
    done: 'Accepted',
    text: 'The image is in your project’s list of images from now on.',
  },
  rejected: {
    verb: 'reject',
    title: 'Reject the image',
    done: 'Rejected',
    text: 'You will hear no more of it. By its id it can be booted as before.',
  },
} as const

export function whatItMeans({ image, member, note }: Open): Content {
  return html`<p class="lead">The project <code>${image.owner ?? '–'}</code> shares
“${image.name ?? 'unnamed'}” with your project <code>${member.projectId}</code>.</p>
${note !== '' && html`<blockquote class="lines">${note}</blockquote>`}
<p>It can be booted already, by its id. If you <strong>accept</strong> it, it also appears in your
project’s list of images. If you <strong>reject</strong> it, you will hear no more of it.</p>`
}

export function invitationFacts(view: Known): Content {
  const { image, member, expiresAt } = view
  const format = [image.diskFormat, image.containerFormat].filter((one) => one !== null).join(', ')
  const rows: readonly (readonly [string, Content])[] = [
    ['Image', image.name ?? 'unnamed'],
    ['Image id', html`<code>${image.id}</code>`],
    ['Size', image.sizeBytes === null ? 'No data yet' : exactSize(image.sizeBytes)],
    ['Format', format === '' ? '–' : format],
    ...(image.multihash === null
      ? []
      : [
          [
            `Digest (${image.multihash.algorithm})`,
            html`<code>${image.multihash.value}</code>`,
          ] as const,
        ]),
    ['Shared by project', html`<code>${image.owner ?? '–'}</code>`],
    ['With project', html`<code>${member.projectId}</code>`],
    ...(view.state === 'open'
      ? [['The link works once, until', `${dateOf(expiresAt)} (UTC)`] as const]
      : []),
  ]
  return html`<dl class="facts">
${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`)}</dl>
<h2>With the client</h2>
<pre>openstack server create --image ${image.id} --flavor FLAVOR NAME
openstack image set --accept ${image.id}
openstack image set --reject ${image.id}</pre>`
}

function dateOf(time: Date): string {
  return time.toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
}
