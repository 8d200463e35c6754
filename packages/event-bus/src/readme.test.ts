import { readFileSync } from 'node:fs';
import type { EventStore, NewEvent, SourceEvent } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import { type CallContext, type Clock, derivedId, type Outcome } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { UnexpectedRejectionError } from './errors.ts';
import { createInProcessBus } from './in-process.ts';
import type { Publication } from './port.ts';
import { createReactor } from './reactor.ts';
import { decodeIntegrationEvent } from './schemas.ts';
import { createInbox } from './sqlite-inbox.ts';
import { trialClock } from './trial-log.fixtures.ts';

// The README shows what stands between the two marks.
// <readme>
const schemas = {
  'bookings.booking-confirmed.v1': z.object({ bookingId: z.string(), offerId: z.string() }),
};

/** services/bookings/src/integration: what others hear of a booking. Who it is for stays at home. */
const publication: Publication = {
  service: 'bookings',
  categories: ['booking'],
  publish({ type, data }: SourceEvent) {
    if (type !== 'BookingConfirmed') return undefined;
    const { bookingId, offerId } = data;
    const subject = String(bookingId);
    return { type: 'bookings.booking-confirmed.v1', subject, data: { bookingId: subject, offerId: String(offerId) } };
  },
};

/** services/invoicing/src/integration: opens a file for the cost of every confirmed booking. */
const createCostOpener = (options: {
  store: EventStore;
  inboxFile: string | undefined;
  clock: Clock;
  files: Files;
}) => {
  const bus = createInProcessBus({ store: options.store, publications: [publication], schemas });
  return createReactor({
    name: 'cost-opener', // for ever: positions and command ids hang on it
    sources: [bus.source({ name: 'cost-opener', types: ['bookings.booking-confirmed.v1'] })],
    inbox: createInbox({ file: options.inboxFile }),
    clock: options.clock,
    on: {
      async 'bookings.booking-confirmed.v1'(event, reaction) {
        const confirmed = decodeIntegrationEvent(schemas, 'bookings.booking-confirmed.v1', event);
        if (!confirmed) return;
        // The same event gives the same command id, so a repeat opens nothing twice.
        const outcome = await options.files.open(confirmed.bookingId, reaction.callFor('open'));
        if (!outcome.accepted) throw new UnexpectedRejectionError(outcome.rejection.code);
      },
    },
  });
};
// </readme>

type Files = { open(bookingId: string, context: CallContext): Promise<Outcome> };

test('what the README shows works, and is what stands here', async () => {
  const store = await openTestStore();
  const opened: string[] = [];
  const files: Files = {
    async open(bookingId, { commandId }) {
      opened.push(`${bookingId} ${commandId}`);
      return { accepted: true, position: undefined, value: undefined };
    },
  };
  const confirmed: NewEvent = {
    id: derivedId('confirmed'),
    type: 'BookingConfirmed',
    data: { bookingId: 'booking-1', offerId: 'offer-1', caregiverName: { $sealed: 'x' } },
    metadata: { v: 1, at: trialClock() },
  };
  const { position } = await store.append('booking-1', [confirmed], { expected: 'no_stream' });
  const reactor = createCostOpener({ store, inboxFile: undefined, clock: trialClock, files });
  await reactor.start();
  expect(await reactor.waitFor(position, 10_000)).toBe(true);
  expect(opened).toEqual([`booking-1 ${derivedId('cost-opener', derivedId(confirmed.id, 0), 'open')}`]);
  await reactor.close();
  await store.close();

  const here = readFileSync(new URL('readme.test.ts', import.meta.url), 'utf8');
  const shown = /\/\/ <readme>\n([\s\S]*?)\/\/ <\/readme>/.exec(here)?.[1] ?? 'nothing';
  expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(shown);
});
