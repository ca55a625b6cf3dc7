import { describeClock } from '@vitrine/conformance'
import { systemClock } from '../src/index.ts'

describeClock('systemClock', () => ({ clock: systemClock, nowMs: Date.now }))
