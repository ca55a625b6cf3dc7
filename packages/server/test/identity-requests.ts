/** Bodies of log-ins, as clients send them. */

export const inDefault = { domain: { name: 'Default' } }

export function passwordLogIn(user: object, password: unknown, scope?: unknown) {
  return {
    auth: {
      identity: { methods: ['password'], password: { user: { ...user, password } } },
      ...(scope !== undefined && { scope }),
    },
  }
}
