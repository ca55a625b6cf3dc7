/**
 * A member as the Images API v2 writes it.
 *
 * Spec: Images API v2, "Sharing".
 */
import * as Type from 'typebox/type'

export const MemberStatus = Type.Union([
  Type.Literal('pending'),
  Type.Literal('accepted'),
  Type.Literal('rejected'),
])
export type MemberStatus = Type.Static<typeof MemberStatus>

export const MemberBody = Type.Object({
  member_id: Type.String(),
  image_id: Type.String(),
  status: MemberStatus,
  created_at: Type.String(),
  updated_at: Type.String(),
  schema: Type.String(),
})
export type MemberBody = Type.Static<typeof MemberBody>

export const MemberListBody = Type.Object({
  members: Type.Array(MemberBody),
  schema: Type.String(),
})
export type MemberListBody = Type.Static<typeof MemberListBody>
