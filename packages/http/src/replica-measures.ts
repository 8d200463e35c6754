import { counter, gauge, type Measure } from '@adempauze/kernel';
import type { BreakerState } from './breaker.ts';
import type { Replicas } from './replicas.ts';

const states: readonly BreakerState[] = ['closed', 'half-open', 'open'];

/** What this process sees of the replicas that it calls: the breaker of each, calls and retries. */
export const measuresOfReplicas = (all: readonly Pick<Replicas, 'name' | 'status' | 'counts'>[]): Measure[] => [
  gauge(
    'adempauze_breaker_state',
    'Whether calls go to a replica: 1 for the state of its breaker, 0 for the others.',
    ...all.flatMap(({ name, status }) =>
      status().flatMap(({ url, state }) =>
        states.map((it) => ({ value: it === state ? 1 : 0, labels: { callee: name, url, state: it } })),
      ),
    ),
  ),
  counter(
    'adempauze_calls_total',
    'Calls made to other services.',
    ...all.map(({ name, counts }) => ({ value: counts().calls, labels: { callee: name } })),
  ),
  counter(
    'adempauze_call_retries_total',
    'Tries of those calls beyond the first.',
    ...all.map(({ name, counts }) => ({ value: counts().retries, labels: { callee: name } })),
  ),
];
