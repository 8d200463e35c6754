import type { Check, Checks } from '@adempauze/http';
import { UnavailableError } from '@adempauze/kernel';
import type { Adapters } from './open-adapters.ts';
import type { ServiceRuntime } from './service-runtime.ts';

/** Nobody's id: only to hear whether there is an answer. */
const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * What has to be well before work is sent here: the servers answer, Kafka is read and written, the clock is followed,
 * and every part of the service says that it is live. Each is asked anew at every look.
 */
export const readinessChecks = (
  adapters: Pick<Adapters, 'store' | 'keys' | 'inbox' | 'bus' | 'relay' | 'clock'>,
  runtime: Pick<ServiceRuntime, 'status'>,
): Checks => {
  const { store, keys, inbox, bus, relay, clock } = adapters;
  return {
    log: () => answers(store.epoch()),
    keys: () => answers(keys.isForgotten(nobody)),
    inbox: () => answers(inbox.countParked(nobody)),
    kafka() {
      const sources = bus.status().sources.filter(({ ready }) => !ready);
      const missing = sources.map(({ name }) => `${name} is not read`);
      const { ready, halted } = relay.status();
      const relaying = ready ? [] : [`the relay stands still: ${halted ?? 'it is not in its group'}`];
      return told([...missing, ...relaying]);
    },
    ...(clock === undefined ? {} : { clock: () => clock.status() }),
    service: () =>
      told(Object.entries(runtime.status()).flatMap(([part, { ok, detail }]) => (ok ? [] : [`${part}: ${detail}`]))),
  };
};

const told = (wrong: readonly string[]): Check => ({
  ok: wrong.length === 0,
  detail: wrong.join('; ') || 'all is well',
});

/** A server that is away is an answer; anything else that goes wrong is our mistake, and the log has it. */
const answers = async (asked: Promise<unknown>): Promise<Check> => {
  try {
    await asked;
    return { ok: true, detail: 'answers' };
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return { ok: false, detail: error.message };
  }
};
