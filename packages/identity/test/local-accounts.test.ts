import { ConflictError, InvalidError, NotFoundError, UnauthorizedError } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import { openAccounts, someone } from './open-accounts.ts'

describe('bootstrap()', () => {
  const admin = { kind: 'project', project: { name: 'admin' } } as const

  test('makes an admin who can log in with the password that was given', async () => {
    const { accounts } = await openAccounts()
    const made = await accounts.bootstrap('open sesame')
    expect(made).toMatchObject({ created: true, userName: 'admin', password: 'open sesame' })
    const { actor } = await accounts.tokens.issueForPassword(
      { name: 'admin' },
      'open sesame',
      admin,
    )
    expect(actor.roles).toContain('admin')
  })

  test('makes up a password when none is given, another one every time', async () => {
    const [first, second] = await Promise.all(
      [await openAccounts(), await openAccounts()].map(({ accounts }) => accounts.bootstrap()),
    )
    expect(first).toMatchObject({ created: true, password: expect.stringMatching(/^[\w-]{24}$/) })
    expect(second).not.toEqual(first)
  })

  test('never touches the admin that exists', async () => {
    const { accounts } = await openAccounts()
    await accounts.bootstrap('first')
    expect(await accounts.bootstrap('second')).toEqual({ created: false })
    await expect(
      accounts.tokens.issueForPassword({ name: 'admin' }, 'second', admin),
    ).rejects.toThrow(UnauthorizedError)
  })

  test('makes no admin where others were made and the first was renamed', async () => {
    const { accounts } = await openAccounts()
    await accounts.bootstrap('first')
    const user = await accounts.records.findUser({ name: 'admin' })
    await accounts.changeUser(user?.id ?? '', { name: 'root' })
    expect(await accounts.bootstrap('second')).toEqual({ created: false })
  })
})

describe('accounts', () => {
  test.each([
    ['blank', '  '],
    ['too long', 'x'.repeat(65)],
    ['with a NUL', 'a\0b'],
    ['with half of a surrogate pair', 'a\ud800b'],
  ])('refuse a project name that is %s', async (_, name) => {
    const { accounts } = await openAccounts()
    await expect(accounts.createProject({ name })).rejects.toThrow(InvalidError)
  })

  test('refuse a password that is too long without repeating it', async () => {
    const { accounts } = await openAccounts()
    const password = 'secret'.repeat(1000)
    const refused = accounts.createUser({ name: 'ada', password })
    await expect(refused).rejects.toThrow(
      'Cannot use this password: it has 6000 characters, and must have 1 to 4096',
    )
    await expect(refused).rejects.not.toThrow('secretsecret')
  })

  test('say which name is taken', async () => {
    const { accounts } = await openAccounts()
    await accounts.createUser({ name: 'ada' })
    await expect(accounts.createUser({ name: 'ada' })).rejects.toThrow(
      new ConflictError(
        'Cannot create user "ada": a user with this name or id exists, and both must be unique',
      ),
    )
  })

  test('say which id does not exist', async () => {
    const { accounts } = await openAccounts()
    await expect(accounts.changeUser('none', {})).rejects.toThrow(
      new NotFoundError('Cannot change user "none": there is no such user'),
    )
    await expect(accounts.changeProject('none', {})).rejects.toThrow(
      new NotFoundError('Cannot change project "none": there is no such project'),
    )
  })

  test('change a password only for who knows the old one, and to another', async () => {
    const { accounts } = await openAccounts()
    const { user } = await someone(accounts)
    await expect(accounts.changePassword(user.id, 'wrong', 'new')).rejects.toThrow(
      UnauthorizedError,
    )
    await expect(accounts.changePassword(user.id, 'right', 'right')).rejects.toThrow(InvalidError)
    await accounts.changePassword(user.id, 'right', 'new')
    await accounts.tokens.issueForPassword({ id: user.id }, 'new', { kind: 'unscoped' })
  })
})
