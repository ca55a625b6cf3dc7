/** The member documents that clients fetch. Spec: Images API v2, "Member schemas". */
import { uuidPattern } from './image-schema.ts'

/** `GET /v2/schemas/member` */
export const memberSchema = {
  name: 'member',
  properties: {
    created_at: { type: 'string', description: 'Date and time of image member creation' },
    image_id: { type: 'string', description: 'An identifier for the image', pattern: uuidPattern },
    member_id: { type: 'string', description: 'An identifier for the image member' },
    schema: { type: 'string', readOnly: true },
    status: {
      type: 'string',
      description: 'The status of this image member',
      enum: ['pending', 'accepted', 'rejected'],
    },
    updated_at: {
      type: 'string',
      description: 'Date and time of last modification of image member',
    },
  },
}

/** `GET /v2/schemas/members` */
export const membersSchema = {
  name: 'members',
  properties: {
    members: { type: 'array', items: memberSchema },
    schema: { type: 'string' },
  },
  links: [{ rel: 'describedby', href: '{schema}' }],
}
