import type { Work } from '@adempauze/event-bus';
import type { ReadModel } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import type { BookingsRuntime, Check } from './runtime.ts';

/** Of a part that is at work in another replica. */
const elsewhere: Check = { ok: true, detail: 'another replica does this' };

/** How the parts of this replica are: its read model, and what one replica at a time does. */
export const createHealth =
  ({
    readModel,
    work,
    clock,
  }: {
    readonly readModel: ReadModel;
    readonly work: Pick<Work, 'reactor' | 'sweeper'>;
    readonly clock: Clock;
  }): BookingsRuntime['status'] =>
  () => {
    const model = readModel.status();
    const reacting = work.reactor()?.status();
    const sweeping = work.sweeper()?.status();
    return {
      'bookings-read-model': {
        ok: model.healthy && model.sources.every(({ live }) => live),
        detail: model.halted ? `halted at ${model.halted.eventType}` : `${readModel.lag(clock())} ms behind`,
      },
      'bookings-reactor': reacting
        ? {
            ok: reacting.sources.every(({ failuresInARow }) => failuresInARow === 0) && reacting.retrying === 0,
            detail: `${reacting.pending} pending, ${reacting.parked} parked`,
          }
        : elsewhere,
      'bookings-deadlines': sweeping
        ? { ok: sweeping.failing === 0, detail: sweeping.lastFailure ?? `${sweeping.passes} sweeps` }
        : elsewhere,
    };
  };
