/** Where to go on when the story is over. */
import type { Account } from './accounts.ts'
import type { Mail } from './post-office.ts'
import type { Ending } from './story.ts'

export function farewell({ url, imageId, cast }: Ending, directory: string): string {
  const { producer, consumer } = cast
  return `
Images API   ${url}/v2
Gallery      ${url}/gallery
Identity     ${url}/identity/v3
Files        ${directory}
Image        ${imageId}

Ask for the image in the gallery: the mail that you get appears here.

To go on as the producer:

  export OS_AUTH_URL=${url}/identity/v3
  export OS_USER_DOMAIN_ID=default OS_PROJECT_DOMAIN_ID=default
  export OS_IDENTITY_API_VERSION=3
${credentials(producer)}
  openstack image add project ${imageId} \\
    ${consumer.projectId}

As the consumer:

${credentials(consumer)}
  openstack image set --accept ${imageId}
  openstack image save --file hello.qcow2 ${imageId}
`
}

/** A mail that came to the demo's mail server, and where it leads. */
export function arrived(address: string, { subject, text }: Mail): string {
  const [link] = /https?:\/\/\S+\/mail\/(?!unsubscribe)\S+/.exec(text) ?? []
  return `\nMail to ${address}: ${subject}${link === undefined ? '' : `\n  ${link}`}`
}

function credentials({ name, password }: Account): string {
  return `  export OS_USERNAME=${name} OS_PASSWORD=${password} OS_PROJECT_NAME=${name}`
}
