/**
 * The form by which a reader of the gallery asks for an image. It needs no login, and so no cookie
 * that another page could make use of.
 *
 * @param form what was sent before, to be put right, and what is wrong with it.
 */
import { type Content, type Html, html } from '../html/html.ts'
import { galleryRoot } from './gallery-paths.ts'

export type RequestField = 'project_id' | 'email' | 'message'

export type RequestForm = {
  readonly values?: Readonly<Partial<Record<RequestField, string>>>
  readonly problem?: { readonly sentence: string; readonly field?: RequestField | undefined }
}

/** Where the form is sent. */
function requestPath(imageId: string): string {
  return `${galleryRoot}/images/${encodeURIComponent(imageId)}/requests`
}

export function requestForm(imageId: string, { values = {}, problem }: RequestForm = {}): Html {
  const described = (field: RequestField) => {
    const ids = [`${field}-hint`, ...(problem?.field === field ? ['request-problem'] : [])]
    return html`aria-describedby="${ids.join(' ')}"${problem?.field === field && html` aria-invalid="true"`}`
  }
  const input = (field: RequestField, label: string, hint: Content, control: Html) =>
    html`<p class="field"><label for="${field}">${label}</label>${control}<span class="hint" id="${field}-hint">${hint}</span></p>`
  return html`<form class="panel" method="post" action="${requestPath(imageId)}" id="request" aria-labelledby="request-title">
<h2 id="request-title">Request access</h2>
<p class="soft">The publisher decides, and you are told by mail.</p>
${problem !== undefined && html`<p class="problem" role="alert" id="request-problem">${problem.sentence}</p>`}
${input(
  'project_id',
  'Project id',
  html`As <code>openstack token issue -c project_id</code> tells it.`,
  html`<input id="project_id" name="project_id" required maxlength="255" autocomplete="off" spellcheck="false" value="${values.project_id ?? ''}" ${described('project_id')}>`,
)}
${input(
  'email',
  'E-mail',
  'Where you hear of the answer. The publisher sees it too.',
  html`<input id="email" name="email" type="email" required maxlength="254" autocomplete="email" value="${values.email ?? ''}" ${described('email')}>`,
)}
${input(
  'message',
  'Message',
  'Who you are and what you need it for. You may leave it empty.',
  html`<textarea id="message" name="message" maxlength="2000" ${described('message')}>${values.message ?? ''}</textarea>`,
)}
<button type="submit">Request access</button>
</form>`
}
