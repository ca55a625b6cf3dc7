/** What images, members and tags ask of the service, and what they are afterwards. */
import { describe, expect, test } from 'vitest'
import { AmbiguousNameError } from '../src/index.ts'
import { serve } from './http-server.ts'
import { imageBody, imageId, memberBody } from './image-body.ts'

describe('an image', () => {
  test('has its core fields under names of this language, and its properties under their own', async () => {
    const body = imageBody({
      disk_format: 'qcow2',
      os_hidden: true,
      os_hash_algo: 'sha512',
      os_hash_value: 'ab',
      tags: ['a'],
      os_distro: 'debian',
      kernel_id: null,
      stores: 'fast',
      direct_url: 'file:///x',
    })
    await using server = await serve(() => ({ json: body }))
    const image = await server.client().images.get(imageId)
    expect({ ...image }).toEqual({
      id: imageId,
      name: 'debian',
      status: 'queued',
      visibility: 'shared',
      owner: 'producer',
      size: null,
      virtualSize: null,
      checksum: null,
      hash: { algorithm: 'sha512', value: 'ab' },
      diskFormat: 'qcow2',
      containerFormat: 'bare',
      minDisk: 0,
      minRam: 0,
      protected: false,
      hidden: true,
      tags: ['a'],
      createdAt: new Date('2026-01-02T03:04:05Z'),
      updatedAt: new Date('2026-01-02T03:04:05Z'),
      properties: { os_distro: 'debian', kernel_id: null },
    })
  })

  test('of an old service without hashes and hidden images can be read', async () => {
    const { os_hidden: _, os_hash_algo: __, os_hash_value: ___, ...old } = imageBody()
    await using server = await serve(() => ({ json: old }))
    expect(await server.client().images.get(imageId)).toMatchObject({ hidden: false, hash: null })
  })

  test('is what the service says after an update', async () => {
    await using server = await serve(({ line }) => ({
      json: imageBody(line.startsWith('PATCH') ? { name: 'new', os_distro: 'debian' } : {}),
    }))
    const image = await server.client().images.get(imageId)
    await image.update({ name: 'new', os_distro: 'debian' })
    expect(image).toMatchObject({ name: 'new', properties: { os_distro: 'debian' } })
    expect(server.seen[1]?.headers['content-type']).toBe(
      'application/openstack-images-v2.1-json-patch',
    )
  })

  test('has the tags that were added and not those that were deleted', async () => {
    await using server = await serve(({ line }) =>
      line.startsWith('GET') ? { json: imageBody({ tags: ['old'] }) } : { status: 204 },
    )
    const image = await server.client().images.get(imageId)
    await image.addTag('jamie_dev')
    await image.addTag('jamie_dev')
    await image.deleteTag('old')
    expect(image.tags).toEqual(['jamie_dev'])
  })

  test('follows its own deactivation and reactivation', async () => {
    await using server = await serve(({ line }) =>
      line.startsWith('GET') ? { json: imageBody({ status: 'active' }) } : { status: 204 },
    )
    const image = await server.client().images.get(imageId)
    expect((await image.deactivate()).status).toBe('deactivated')
    expect((await image.reactivate()).status).toBe('active')
  })
})

describe('members', () => {
  test('are added, listed, answered and deleted', async () => {
    await using server = await serve(({ line }) => {
      if (line.startsWith('DELETE')) return { status: 204 }
      if (line.startsWith('PUT')) return { json: memberBody({ status: 'accepted' }) }
      if (line.startsWith('POST')) return { json: memberBody() }
      return { json: line.endsWith('/members') ? { members: [memberBody()] } : imageBody() }
    })
    const image = await server.client().images.get(imageId)
    const member = await image.members.add('consumer')
    for await (const listed of image.members()) expect({ ...listed }).toEqual({ ...member })
    expect((await member.updateStatus('accepted')).status).toBe('accepted')
    await member.delete()
    expect(server.seen.slice(1).map(({ line, body }) => `${line} ${body}`.trim())).toEqual([
      `POST /v2/images/${imageId}/members {"member":"consumer"}`,
      `GET /v2/images/${imageId}/members`,
      `PUT /v2/images/${imageId}/members/consumer {"status":"accepted"}`,
      `DELETE /v2/images/${imageId}/members/consumer`,
    ])
  })
})

describe('find()', () => {
  test('finds the one image that has the name, and none when none has it', async () => {
    await using server = await serve(({ line }) => ({
      json: { images: line.includes('debian') ? [imageBody()] : [] },
    }))
    const { images } = server.client()
    expect((await images.find('debian'))?.id).toBe(imageId)
    expect(await images.find('ubuntu')).toBeUndefined()
  })

  test('rejects when several have the name, and names them', async () => {
    await using server = await serve(() => ({
      json: { images: [imageBody({ id: 'one' }), imageBody({ id: 'two' })] },
    }))
    const call = server.client().images.find('debian')
    await expect(call).rejects.toThrow(AmbiguousNameError)
    await expect(call).rejects.toThrow('one and two')
  })
})
