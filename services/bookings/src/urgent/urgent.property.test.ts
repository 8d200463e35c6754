import { BookingId, MunicipalityCode, OfferId, ResourceId, UrgentId } from '@adempauze/contracts';
import { derivedId, hourMs, type Instant, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, householdIdOf, personIdOf, rijswijk } from '../examples.fixtures.ts';
import { ownerHasMs, type UrgentCommand, urgentDecider } from './urgent.decider.ts';
import type { UrgentEvent } from './urgent.events.ts';
import type { UrgentState } from './urgent.state.rules.ts';

/* Whatever is said in whichever order, at whichever time: an open case has one owner and one moment at which it goes on. */

const opensAt = at('2027-05-07T16:30:00Z');
const about = { urgentId: UrgentId.parse(derivedId('urgent', 'one')), householdId: householdIdOf('fatima') };
const bookings = ['a', 'b', 'c'].map((it) => BookingId.parse(derivedId('booking', it)));

const hours = fc.integer({ min: 0, max: 60 * 4 }).map((quarters) => (quarters * hourMs) / 4);
const bookingId = fc.constantFrom(...bookings);
const account = fc.constantFrom('nurse', 'contact', 'desk');
const command: fc.Arbitrary<(now: Instant) => UrgentCommand> = fc.oneof(
  fc.constantFrom('nurse', 'contact').map(
    (contactAccountId) =>
      (now: Instant): UrgentCommand => ({ type: 'Escalate', contactAccountId, now }),
  ),
  fc.record({ kind: fc.constantFrom('professional', 'contact-person', 'region'), accountId: fc.option(account) }).map(
    (to) =>
      (now: Instant): UrgentCommand => ({ type: 'HandOver', to, now }),
  ),
  fc.record({ bookingId, startsIn: hours, lasts: hours }).map((it) => (now: Instant): UrgentCommand => {
    const from = plusMs(now, it.startsIn);
    const data = {
      ...{ bookingId: it.bookingId, offerId: OfferId.parse(derivedId('offer')), bookedBy: 'nurse' },
      ...{ resourceId: ResourceId.parse(derivedId('resource')), placeOfService: 'provider' as const },
      span: { from, until: plusMs(from, it.lasts + hourMs) },
    };
    return { type: 'ChooseOption', data, now };
  }),
  bookingId.map(
    (it) =>
      (now: Instant): UrgentCommand => ({ type: 'RecordAsked', bookingId: it, now }),
  ),
  bookingId.map(
    (it) =>
      (now: Instant): UrgentCommand => ({ type: 'RecordConfirmed', bookingId: it, now }),
  ),
  bookingId.map(
    (it) =>
      (now: Instant): UrgentCommand => ({ type: 'RecordLost', bookingId: it, code: 'expired', now }),
  ),
  fc.constantFrom('arranged-otherwise' as const, 'no-longer-needed' as const, 'care-ended' as const).map(
    (outcome) =>
      (now: Instant): UrgentCommand => ({ type: 'Resolve', outcome, now }),
  ),
  fc.constant((now: Instant): UrgentCommand => ({ type: 'GoOn', now })),
);

/** Whose it is and until when, read from the log alone and not by the decider's own fold. */
const turnsIn = (events: readonly UrgentEvent[]) => {
  let open = false;
  let turn: { owner: object; escalatesAt: Instant } | undefined;
  for (const { type, data } of events) {
    if (type === 'UrgentResolved') [open, turn] = [false, undefined];
    if ('owner' in data) [open, turn] = [true, { owner: data.owner, escalatesAt: data.escalatesAt }];
    else if ('escalatesAt' in data && turn !== undefined) turn = { ...turn, escalatesAt: data.escalatesAt };
  }
  return { open, turn };
};

const act = (state: UrgentState, it: UrgentCommand): { state: UrgentState; events: readonly UrgentEvent[] } => {
  const decision = urgentDecider.decide(it, state);
  const events = decision.accepted ? decision.events : [];
  return { state: events.reduce(urgentDecider.evolve, state), events };
};

const opened = (): { state: UrgentState; events: readonly UrgentEvent[] } =>
  act(undefined, {
    type: 'OpenCase',
    data: {
      ...about,
      ...{ need: 'Haar man is opgenomen.', openedBy: 'nurse', recipientId: personIdOf('recipient') },
      span: { from: opensAt, until: plusMs(opensAt, 40 * hourMs) },
      municipality: MunicipalityCode.parse(rijswijk.municipality),
    },
    now: opensAt,
  });

test('an open case has exactly one owner and one next deadline, by no order of commands none or two', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(command, hours), { maxLength: 30 }), (steps) => {
      let { state, events } = opened();
      let now = opensAt;
      for (const [make, wait] of steps) {
        now = plusMs(now, wait / 8);
        const before = state;
        const done = act(state, make(now));
        // Nobody loses a case before their two hours are over (R09).
        if (done.events.some(({ type }) => type === 'UrgentEscalated'))
          expect(String(before?.turn?.escalatesAt) <= now).toBe(true);
        // Said again, nothing happens again.
        expect(act(done.state, make(now)).events.filter(({ type }) => type !== 'UrgentEscalated')).toEqual([]);
        state = done.state;
        events = [...events, ...done.events];
        const { open, turn } = turnsIn(events);
        expect(state?.turn === null).toBe(!open);
        expect(open).toBe(state?.outcome === null);
        if (open) {
          expect(state?.turn).toMatchObject({ owner: turn?.owner, escalatesAt: turn?.escalatesAt });
          // A deadline only moves on by somebody's doing, and never by more than an owner is given.
          if (done.events.length > 0 && state?.turn?.escalatesAt !== before?.turn?.escalatesAt) {
            expect(state?.turn?.escalatesAt).toBe(plusMs(now, ownerHasMs));
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('whatever was done before, an owner who lets the time pass loses the case to the next', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(command, hours), { maxLength: 20 }), (steps) => {
      let { state } = opened();
      let now = opensAt;
      for (const [make, wait] of steps) {
        now = plusMs(now, wait / 8);
        state = act(state, make(now)).state;
      }
      const turn = state?.turn;
      if (state === undefined || turn === null || turn === undefined) return;
      const due = turn.escalatesAt > now ? turn.escalatesAt : now;
      const escalate: UrgentCommand = { type: 'Escalate', contactAccountId: 'contact', now: due };
      const { events, state: after } = act(state, escalate);
      expect(events.map(({ type }) => type)).toEqual(['UrgentEscalated']);
      expect(after?.turn?.escalatesAt).toBe(plusMs(due, ownerHasMs));
      expect(after?.owners.length).toBe(state.owners.length + 1);
      const rank = ['professional', 'contact-person', 'region'];
      const [was, is] = [turn.owner.kind, after?.turn?.owner.kind ?? 'professional'].map((it) => rank.indexOf(it));
      expect(is).toBeGreaterThanOrEqual(Math.min(2, (was ?? 0) + 1));
    }),
    { numRuns: 300 },
  );
});
