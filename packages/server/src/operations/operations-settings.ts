/** What the operator wants to see of the service, and how fast projects may ask. */
import type { RequestRateRule } from '@vitrine/core'
import {
  type Choices,
  choice,
  flag,
  integer,
  isText,
  optionalText,
  type Setting,
  secret,
  text,
} from '../settings.ts'

export type OperationsSettings = {
  readonly log: LogSettings
  readonly metrics: MetricsSettings
  readonly traces: TracesSettings
  /** Undefined for no limit. */
  readonly requestRate: RequestRateRule | undefined
}

export type LogSettings = {
  readonly level: LogLevel
  /** Whether every request is told, once it is answered. */
  readonly requests: boolean
}

export type MetricsSettings = {
  readonly enabled: boolean
  /** What readers of the metrics send as a bearer token; without one only this machine may read. */
  readonly token: string | undefined
}

export type TracesSettings = {
  /** Of the collector, such as `http://collector.example:4318/v1/traces`; undefined for no traces. */
  readonly url: string | undefined
  readonly serviceName: string
  /** How many of the requests are traced that come without a word about it, of a hundred. */
  readonly percent: number
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
type LogLevel = (typeof logLevels)[number]

export function takeOperations(choices: Choices): OperationsSettings {
  return {
    log: {
      level: choices.take('log.level', choice<LogLevel>('warn', logLevels)),
      requests: choices.take('log.requests', flag(false)),
    },
    metrics: {
      enabled: choices.take('metrics.enabled', flag(true)),
      token: choices.take('metrics.token', secret(optionalText('a word that is hard to guess'))),
    },
    traces: {
      url: choices.take('traces.url', collectorUrl()),
      serviceName: choices.take('traces.service_name', text('vitrine', 'a name')),
      percent: choices.take('traces.percent', integer(100, 0, 100, 'a number')),
    },
    requestRate: takeRequestRate(choices),
  }
}

const unlimited = -1
const most = 1_000_000

function takeRequestRate(choices: Choices): RequestRateRule | undefined {
  const perSecond = choices.take(
    'limits.requests_per_second',
    integer(unlimited, unlimited, most, 'a number'),
  )
  const burst = choices.take(
    'limits.request_burst',
    integer(Math.max(1, 10 * perSecond), 1, 10 * most, 'a number'),
  )
  return perSecond > 0 ? { perSecond, burst } : undefined
}

/** It may hold a password, or a key in its query. */
function collectorUrl(): Setting<string | undefined> {
  return {
    expected: 'where a collector takes OTLP over HTTP, "http://<host>:4318/v1/traces"',
    fallback: undefined,
    secret: true,
    read: (value) =>
      isText(value) && /^https?:\/\/./.test(value) && URL.canParse(value) ? value : undefined,
  }
}
