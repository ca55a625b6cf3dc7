/** What a row of the table of routes says. */
import type { Handler } from './call.ts'

export const methodsWithHandlers = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof methodsWithHandlers)[number]

export type Route = {
  readonly path: string
  readonly methods: Partial<Record<Method, Handler>>
  /** Methods that read their body, or do not mind one. */
  readonly takesBody?: readonly Method[]
  /** Names in the path may hold a `/`, percent-encoded. */
  readonly namesMayHaveSlashes?: boolean
}
