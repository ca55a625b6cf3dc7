export { ImageBody, ImageListBody, uuidPattern } from './image.ts'
export { MemberBody, MemberListBody, MemberStatus } from './member.ts'
