/** The operations of the sharing API. */
import {
  AcceptedBody,
  ActivityBody,
  AnswerBody,
  AnsweredBody,
  ApprovalRuleBody,
  ApproveBody,
  AskBody,
  BlocksBody,
  ChangeContactBody,
  ContactBody,
  ContactsBody,
  DeclineBody,
  InboxBody,
  MailsBody,
  NewContactBody,
  RemindBody,
  RemindedBody,
  RequestBody,
  RequestsBody,
  ShareBody,
  ShareListBody,
  SharesBody,
} from '../sharing.ts'
import { json, type Operation, oneOf, paging, text } from './operation.ts'

const root = '/sharing/v1'

const producers = { tag: 'Producers' } as const
const consumers = { tag: 'Consumers' } as const
const contacts = { tag: 'Mail' } as const
const both = { tag: 'Activity' } as const

const answer = (description: string, schema: object) => ({
  status: 200,
  description,
  ...json(schema),
})
const nothing = { status: 204, description: 'Done' }

export const sharingOperations: readonly Operation[] = [
  {
    ...producers,
    method: 'GET',
    path: `${root}/images/{image_id}/shares`,
    summary:
      'Lists with whom an image is shared, what went with it, and how often each was reminded',
    query: [
      {
        name: 'status',
        description: 'Only members with this status',
        schema: oneOf('pending', 'accepted', 'rejected'),
      },
      ...paging,
    ],
    success: answer('One page, by project id', ShareListBody),
  },
  {
    ...producers,
    method: 'POST',
    path: `${root}/images/{image_id}/shares`,
    summary: 'Shares an image with projects, all of them or none',
    body: json(ShareBody),
    success: answer('What became of each', SharesBody),
  },
  {
    ...producers,
    method: 'POST',
    path: `${root}/images/{image_id}/shares/{project_id}/reminders`,
    summary: 'Reminds a member that has not answered',
    body: json(RemindBody),
    success: answer('How often it was reminded', RemindedBody),
    refusals: [409, 429],
  },
  {
    ...consumers,
    method: 'GET',
    path: `${root}/inbox`,
    summary: 'Lists what is shared with the project and waits for its answer',
    query: [
      { name: 'name', description: 'Only images of exactly this name', schema: text },
      ...paging,
    ],
    success: answer('One page, last changed first', InboxBody),
  },
  {
    ...consumers,
    method: 'PUT',
    path: `${root}/inbox/{image_id}`,
    summary: 'Answers a share: accepts it, rejects it, or leaves it for later',
    body: json(AnswerBody),
    success: answer('The answer', AnsweredBody),
  },
  {
    ...consumers,
    method: 'POST',
    path: `${root}/inbox/accept`,
    summary: 'Accepts all that waits for an answer',
    success: answer('How much that was', AcceptedBody),
  },
  {
    ...consumers,
    method: 'GET',
    path: `${root}/blocks`,
    summary: 'Lists the producers that the project has blocked',
    success: answer('All of them', BlocksBody),
  },
  {
    ...consumers,
    method: 'PUT',
    path: `${root}/blocks/{project_id}`,
    summary: 'Blocks a producer: what it shares is neither mailed nor shown in the inbox',
    success: nothing,
  },
  {
    ...consumers,
    method: 'DELETE',
    path: `${root}/blocks/{project_id}`,
    summary: 'Hears of a producer again',
    success: nothing,
  },
  {
    ...consumers,
    method: 'POST',
    path: `${root}/requests`,
    summary: 'Asks for an image that is published, for the project',
    body: json(AskBody),
    success: {
      status: 202,
      description: 'Unverified until the link is followed that is mailed to the address',
      ...json(RequestBody),
    },
    refusals: [409, 429],
  },
  {
    ...producers,
    method: 'GET',
    path: `${root}/requests`,
    summary: 'Lists the requests for images of the project, or those that it made',
    query: [
      {
        name: 'as',
        description: 'The side on which the project takes part; producer if left out',
        schema: oneOf('producer', 'consumer'),
      },
      {
        name: 'status',
        description: 'Only these: consumers see none as ignored, and producers none unverified',
        schema: oneOf('unverified', 'open', 'approved', 'declined', 'ignored'),
      },
      ...paging,
    ],
    success: answer('One page, newest first', RequestsBody),
  },
  {
    ...producers,
    method: 'POST',
    path: `${root}/requests/{request_id}/approve`,
    summary: 'Shares the image with the project that asks for it',
    body: json(ApproveBody),
    success: answer('The request', RequestBody),
  },
  {
    ...producers,
    method: 'POST',
    path: `${root}/requests/{request_id}/decline`,
    summary: 'Declines a request, and tells why',
    body: json(DeclineBody),
    success: answer('The request', RequestBody),
    refusals: [409],
  },
  {
    ...producers,
    method: 'POST',
    path: `${root}/requests/{request_id}/ignore`,
    summary:
      'Leaves a request without an answer, and all that the project asks for this image later',
    success: answer('The request', RequestBody),
    refusals: [409],
  },
  {
    ...producers,
    method: 'GET',
    path: `${root}/images/{image_id}/approval-rule`,
    summary: 'Shows by which requests for the image are approved by themselves',
    success: answer('The rule', ApprovalRuleBody),
  },
  {
    ...producers,
    method: 'PUT',
    path: `${root}/images/{image_id}/approval-rule`,
    summary:
      'Has requests approved by themselves: of projects, of domains of addresses, up to a number',
    body: json(ApprovalRuleBody),
    success: answer('The rule', ApprovalRuleBody),
  },
  {
    ...producers,
    method: 'DELETE',
    path: `${root}/images/{image_id}/approval-rule`,
    summary: 'Has no request approved by itself',
    success: nothing,
  },
  {
    ...contacts,
    method: 'GET',
    path: `${root}/contacts`,
    summary: 'Lists the addresses at which the project is told of what concerns it',
    success: answer('All of them', ContactsBody),
  },
  {
    ...contacts,
    method: 'POST',
    path: `${root}/contacts`,
    summary: 'Adds an address, and mails it a link by which it is confirmed',
    body: json(NewContactBody),
    success: { status: 201, description: 'The contact', ...json(ContactBody) },
    refusals: [409],
  },
  {
    ...contacts,
    method: 'PATCH',
    path: `${root}/contacts/{contact_id}`,
    summary: 'Changes what an address is told, and in which language',
    body: json(ChangeContactBody),
    success: answer('The contact', ContactBody),
  },
  {
    ...contacts,
    method: 'DELETE',
    path: `${root}/contacts/{contact_id}`,
    summary: 'Forgets an address',
    success: nothing,
  },
  {
    ...contacts,
    method: 'POST',
    path: `${root}/contacts/{contact_id}/proof`,
    summary: 'Mails the link by which an address is confirmed once more',
    success: { status: 202, description: 'It will be mailed' },
    refusals: [409, 429],
  },
  {
    ...contacts,
    method: 'GET',
    path: `${root}/mails`,
    summary: 'Lists the mails that were written, for admins',
    query: [
      {
        name: 'status',
        description: 'How far they have come',
        schema: oneOf('waiting', 'sent', 'failed'),
      },
      ...paging,
    ],
    success: answer('One page, newest first', MailsBody),
  },
  {
    ...both,
    method: 'GET',
    path: `${root}/images/{image_id}/activity`,
    summary: 'Lists what was done about the shares of an image',
    query: paging,
    success: answer('One page, newest first', ActivityBody),
  },
  {
    ...both,
    method: 'GET',
    path: `${root}/activity`,
    summary: 'Lists what was done about the shares that the project gave, or was given',
    query: [
      {
        name: 'as',
        description: 'The side on which the project took part; consumer if left out',
        schema: oneOf('producer', 'consumer'),
      },
      ...paging,
    ],
    success: answer('One page, newest first', ActivityBody),
  },
]
