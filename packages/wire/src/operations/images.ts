/** The operations on images, their tags and their members. */
import { ImageBody, ImageListBody } from '../image.ts'
import { type Formats, settableImageFields } from '../image-schema.ts'
import { MemberBody, MemberListBody } from '../member.ts'
import { CreateMemberBody, ImagePatch, UpdateMemberBody } from '../requests.ts'
import { json, type Operation, oneOf, paging, type QueryParameter, text } from './operation.ts'

const listQuery: readonly QueryParameter[] = [
  ...paging,
  { name: 'sort', description: 'Keys and directions: name:asc,size', schema: text },
  { name: 'sort_key', description: 'May be repeated', schema: text },
  { name: 'sort_dir', description: 'May be repeated', schema: oneOf('asc', 'desc') },
  {
    name: 'visibility',
    description: 'Which part of the images',
    schema: oneOf('public', 'private', 'shared', 'community', 'all'),
  },
  {
    name: 'member_status',
    description: 'Which of the images that others share with the caller; accepted if left out',
    schema: oneOf('pending', 'accepted', 'rejected', 'all'),
  },
  { name: 'os_hidden', description: 'Only hidden images', schema: oneOf('true', 'false') },
  { name: 'protected', description: '', schema: oneOf('true', 'false') },
  { name: 'tag', description: 'May be repeated: all of them must match', schema: text },
  { name: 'name', description: 'Equal, or in:a,"b,c"', schema: text },
  { name: 'id', description: 'Equal, or in:a,b', schema: text },
  { name: 'status', description: 'Equal, or in:a,b', schema: text },
  { name: 'disk_format', description: 'Equal, or in:a,b', schema: text },
  { name: 'container_format', description: 'Equal, or in:a,b', schema: text },
  { name: 'owner', description: 'Project id', schema: text },
  { name: 'size_min', description: 'Bytes', schema: { type: 'integer' } },
  { name: 'size_max', description: 'Bytes', schema: { type: 'integer' } },
  { name: 'created_at', description: 'gte:2026-01-31T00:00:00Z and the like', schema: text },
  { name: 'updated_at', description: 'gte:2026-01-31T00:00:00Z and the like', schema: text },
]

const image = '/v2/images/{image_id}'
const done = { status: 204, description: 'Done' }

export const imageOperations = (formats: Formats): readonly Operation[] => [
  {
    method: 'GET',
    path: '/v2/images',
    tag: 'Images',
    summary: 'List images. Any other parameter asks for a custom property of its name',
    query: listQuery,
    success: { status: 200, description: 'A page', ...json(ImageListBody) },
  },
  {
    method: 'POST',
    path: '/v2/images',
    tag: 'Images',
    summary: 'Create an image, without data. Any other property is a custom one',
    body: json({
      type: 'object',
      properties: settableImageFields(formats),
      additionalProperties: { type: ['string', 'null'] },
    }),
    success: { status: 201, description: 'The image', ...json(ImageBody) },
    refusals: [409, 413],
  },
  {
    method: 'GET',
    path: image,
    tag: 'Images',
    summary: 'Show an image',
    success: { status: 200, description: 'The image', ...json(ImageBody) },
  },
  {
    method: 'PATCH',
    path: image,
    tag: 'Images',
    summary: 'Change an image',
    body: { mediaType: 'application/openstack-images-v2.1-json-patch', schema: ImagePatch },
    success: { status: 200, description: 'The image as it is now', ...json(ImageBody) },
    refusals: [409, 413, 415],
  },
  {
    method: 'DELETE',
    path: image,
    tag: 'Images',
    summary: 'Delete an image, its members and its data',
    success: done,
  },
  {
    method: 'POST',
    path: `${image}/actions/deactivate`,
    tag: 'Images',
    summary: 'Withhold the data from everyone but admins',
    success: done,
  },
  {
    method: 'POST',
    path: `${image}/actions/reactivate`,
    tag: 'Images',
    summary: 'Give the data out again',
    success: done,
  },
  {
    method: 'PUT',
    path: `${image}/tags/{tag}`,
    tag: 'Tags',
    summary: 'Add a tag',
    success: done,
    refusals: [413],
  },
  {
    method: 'DELETE',
    path: `${image}/tags/{tag}`,
    tag: 'Tags',
    summary: 'Delete a tag',
    success: done,
  },
  {
    method: 'GET',
    path: `${image}/members`,
    tag: 'Sharing',
    summary: 'List members: all for the producer, itself for a consumer',
    success: { status: 200, description: 'The members', ...json(MemberListBody) },
  },
  {
    method: 'POST',
    path: `${image}/members`,
    tag: 'Sharing',
    summary: 'Share the image with a project',
    body: json(CreateMemberBody),
    success: { status: 200, description: 'The member', ...json(MemberBody) },
    refusals: [409, 413],
  },
  {
    method: 'GET',
    path: `${image}/members/{member_id}`,
    tag: 'Sharing',
    summary: 'Show a member',
    success: { status: 200, description: 'The member', ...json(MemberBody) },
  },
  {
    method: 'PUT',
    path: `${image}/members/{member_id}`,
    tag: 'Sharing',
    summary: 'Accept or reject a share, or set it back to pending: for the consumer',
    body: json(UpdateMemberBody),
    success: { status: 200, description: 'The member', ...json(MemberBody) },
  },
  {
    method: 'DELETE',
    path: `${image}/members/{member_id}`,
    tag: 'Sharing',
    summary: 'Take a share back: for the producer',
    success: done,
  },
]
