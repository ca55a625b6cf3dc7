/** The activity of images: who sees what of it, whichever client did it. */
import { expect, test } from 'vitest'
import { activeImage, createImage, patch, share } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

type Entry = {
  readonly type: string
  readonly at: string
  readonly actor: { readonly user_id: string; readonly project_id: string } | null
  readonly consumer: string
  readonly note: string
}

describeOnBothDatabases('activity', {}, (service) => {
  const project = (name: 'pending' | 'accepted' | 'producer') => service().accounts.projectId(name)

  async function activity(path: string, as: string): Promise<readonly Entry[]> {
    const answer = await service().ask('GET', `/sharing/v1${path}`, { as })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.activity
  }
  const told = (entries: readonly Entry[]) =>
    entries.map(({ type, consumer }) => [type, consumer]).toReversed()

  /** A life of two shares, told by the Images API and ours in turn. */
  async function lived() {
    const id = await activeImage(service(), 'data', { name: 'lived' })
    const [pending, accepted] = [project('pending'), project('accepted')]
    await share(service(), id, pending)
    const ask = (method: string, path: string, body: unknown, as = 'own') =>
      service().ask(method, path, { as, body })
    const shares = `/sharing/v1/images/${id}/shares`
    await ask('POST', shares, { projects: [{ project_id: accepted }] })
    await ask(
      'PUT',
      `/v2/images/${id}/members/${accepted}`,
      { status: 'accepted' },
      'mem, accepted',
    )
    await ask('POST', `${shares}/${pending}/reminders`, { note: 'Please.' })
    await ask('PUT', `/sharing/v1/inbox/${id}`, { status: 'rejected' }, 'mem, pending')
    await ask('PUT', `/sharing/v1/inbox/${id}`, { status: 'pending' }, 'mem, pending')
    return { id, pending, accepted }
  }

  test('is all of it for the producer, and its own for a consumer', async () => {
    const { id, pending, accepted } = await lived()
    const all = await activity(`/images/${id}/activity`, 'ownR')
    expect(told(all)).toEqual([
      ['shared', pending],
      ['shared', accepted],
      ['accepted', accepted],
      ['reminded', pending],
      ['rejected', pending],
      ['pending', pending],
    ])
    expect(all[2]).toMatchObject({
      note: 'Please.',
      image_id: id,
      image_name: 'lived',
      producer: project('producer'),
      actor: { project_id: project('producer'), user_id: expect.any(String) },
    })
    expect(all[0]?.actor?.project_id).toBe(pending)
    expect(told(await activity(`/images/${id}/activity`, 'adm'))).toEqual(told(all))
    const theirs = all.filter(({ consumer }) => consumer === pending)
    expect(await activity(`/images/${id}/activity`, 'memR, pending')).toEqual(theirs)
    for (const as of ['non', 'none']) {
      const { status } = await service().ask('GET', `/sharing/v1/images/${id}/activity`, { as })
      expect([as, status]).toEqual([as, 404])
    }
  })

  test('of an open image is no business of strangers', async () => {
    const { id } = await lived()
    await patch(service(), id, [{ op: 'replace', path: '/visibility', value: 'community' }])
    expect(await activity(`/images/${id}/activity`, 'non')).toEqual([])
    expect(await activity(`/images/${id}/activity`, 'own')).toHaveLength(6)
  })

  test('stays when a share or its image is gone, for both sides', async () => {
    const id = await createImage(service(), { name: 'soon gone' })
    await share(service(), id, project('pending'))
    await share(service(), id, project('accepted'))
    await service().ask('DELETE', `/v2/images/${id}/members/${project('pending')}`)
    await service().ask('DELETE', `/v2/images/${id}`)
    const ofProducer = await activity('/activity?as=producer&limit=4', 'own')
    expect(told(ofProducer)).toEqual([
      ['shared', project('pending')],
      ['shared', project('accepted')],
      ['removed', project('pending')],
      ['removed', project('accepted')],
    ])
    const ofConsumer = await activity('/activity?limit=2', 'mem, accepted')
    expect(told(ofConsumer)).toEqual([
      ['shared', project('accepted')],
      ['removed', project('accepted')],
    ])
  })

  test('comes page by page, each entry once, newest first', async () => {
    const { id } = await lived()
    const all = await activity(`/images/${id}/activity`, 'own')
    const found: Entry[] = []
    let path: string | undefined = `/sharing/v1/images/${id}/activity?limit=2`
    while (path !== undefined) {
      const { body } = await service().ask('GET', path)
      found.push(...body.activity)
      path = body.next
    }
    expect(found).toEqual(all)
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    )
  })
})
