import { JoinWaitingList } from '@adempauze/contracts';
import { fold, hourMs, plusMs } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import { about, at, householdIdOf, resourceIdOf, waitingIdOf } from '../examples.fixtures.ts';
import { isNew } from './order.rules.ts';
import { type WaitingCommand, waitingDecider } from './waiting.decider.ts';
import { WaitingEvent } from './waiting.events.ts';

/* The offer changes: a no that was its doing is lifted, also one that is on its way; any other is not. */

const now = at('2027-05-01T08:00:00Z');
const later = plusMs(now, hourMs);
const { offerId, span } = about;
const waitingId = waitingIdOf('anna');
const join: WaitingCommand = {
  type: 'Join',
  data: JoinWaitingList.parse({
    ...{ waitingId, householdId: householdIdOf('anna'), offerId, placeOfService: 'recipient-home' },
    window: { from: at('2027-05-02T22:00:00Z'), until: at('2027-05-07T22:00:00Z') },
    requestedBy: 'account-anna',
  }),
  now,
};
const free = (placeId = 'place-1', when = now): WaitingCommand => ({
  ...{ type: 'FreePlace', offerId, placeId, resourceId: resourceIdOf('worker'), span, found: true, now: when },
});
const refuse = (because: 'other' | 'may-pass' | 'place-gone'): WaitingCommand => ({
  ...{ type: 'RecordRefused', placeId: 'place-1', waitingId, because, now },
});
const lift: WaitingCommand = { type: 'LiftRefusals', offerId, now: later };
const liftedThen = { type: 'RefusalsLifted', data: { offerId, liftedAt: later } } as const;
const after = (...commands: readonly WaitingCommand[]): WaitingEvent[] => {
  const history: WaitingEvent[] = [];
  for (const command of commands) {
    const decision = waitingDecider.decide(command, fold(waitingDecider, history));
    if (decision.accepted) history.push(...decision.events);
  }
  return history;
};
const given = deciderSpec(waitingDecider);
const isOpen = (history: readonly WaitingEvent[], when = later) => {
  const entry = fold(waitingDecider, history).entries.get(waitingId);
  return entry !== undefined && isNew(entry, span, when);
};

test('what was refused is offered again once the offer has changed, and not before', () => {
  const refused = after(join, free(), refuse('other'));
  given(...refused)
    .when(free('place-2', plusMs(later, hourMs)))
    .then();
  given(...refused)
    .when(lift)
    .then(liftedThen);
  const lifted = [...refused, liftedThen];
  expect(after(join, free(), refuse('other'), lift, free('place-2', later)).at(-1)).toMatchObject({
    ...{ type: 'PlaceOffered', data: { placeId: 'place-2', waitingId } },
  });
  // Told again it has nothing to lift.
  given(...lifted)
    .when(lift)
    .then();
});

test('where there is no such refusal nothing is recorded; what may pass keeps its hour, and what they said no to stays so', () => {
  given().when(lift).then();
  given(...after(join))
    .when(lift)
    .then();
  for (const because of ['may-pass', 'place-gone'] as const)
    given(...after(join, free(), refuse(because)))
      .when(lift)
      .then();
  given(...after(join, free(), refuse('other'), { type: 'Leave', waitingId, now }))
    .when(lift)
    .then();
  const rests = [...after(join, free(), refuse('may-pass')), liftedThen];
  expect(isOpen(rests, plusMs(later, -1))).toBe(false);
  expect(isOpen(rests)).toBe(true);
  const declined: WaitingCommand = { type: 'PassOn', placeId: 'place-1', waitingId, why: 'declined', now };
  expect(isOpen([...after(join, free(), declined), liftedThen])).toBe(false);
});

test('a no of the offer as it was, heard after it changed, shuts nobody out; of the offer as it is, it does', () => {
  const onItsWay = after(join, free(), lift);
  expect(onItsWay.at(-1)).toEqual(liftedThen);
  const heard = after(join, free(), lift, refuse('other'));
  expect(heard.find(({ type }) => type === 'OfferPassed')?.data).toMatchObject({ why: 'refused' });
  expect(isOpen(heard, now)).toBe(true);
  // Nor is an earlier no lost with it, where the place turned out to be gone.
  const earlier = after(join, free(), refuse('may-pass'), free('place-2', later));
  const gone: WaitingCommand = {
    type: 'RecordRefused',
    placeId: 'place-2',
    waitingId,
    because: 'place-gone',
    now: later,
  };
  const both = [...earlier, liftedThen];
  const decision = waitingDecider.decide(gone, fold(waitingDecider, both));
  if (!decision.accepted) throw new Error('It was refused.');
  expect(fold(waitingDecider, [...both, ...decision.events]).entries.get(waitingId)?.refused).toHaveLength(1);
  // Held, it is an answer: nothing is on its way.
  given(...after(join, free(), { type: 'RecordHeld', placeId: 'place-1', waitingId, now }))
    .when(lift)
    .then();
  const asIs = after(join, lift, free(), refuse('other'));
  expect(asIs.find(({ type }) => type === 'OfferPassed')?.data).not.toHaveProperty('mayPass');
  expect(isOpen(asIs, plusMs(later, 24 * hourMs))).toBe(false);
});

test('as it was stored before it could be said, a refusal stays one until the offer changes', () => {
  const stored = after(join, free(), refuse('other')).map((it) => WaitingEvent.parse(JSON.parse(JSON.stringify(it))));
  expect(stored.some(({ data }) => 'mayPass' in data)).toBe(false);
  expect(isOpen(stored, plusMs(later, 24 * hourMs))).toBe(false);
  expect(isOpen([...stored, liftedThen])).toBe(true);
});

test('of one household that waits it is recorded also where there is nothing to lift: it is known when it comes again', () => {
  const ofAnna: WaitingCommand = { ...lift, type: 'LiftRefusals', offerId, waitingId };
  given(...after(join))
    .when(ofAnna)
    .then({ type: 'RefusalsLifted', data: { offerId, waitingId, liftedAt: later } });
  given().when(ofAnna).then();
  given(...after(join, { type: 'Leave', waitingId, now }))
    .when(ofAnna)
    .then();
});

test('who could not be asked in time is asked anew at once, and who was told no in time rests', () => {
  const passed = (when: typeof now) => after(join, free(), { ...refuse('may-pass'), now: when });
  const inTime = plusMs(now, hourMs);
  expect(isOpen(passed(inTime), inTime)).toBe(false);
  const tooLate = plusMs(now, 5 * hourMs);
  expect(passed(tooLate).map(({ type }) => type)).toContain('OfferPassed');
  expect(isOpen(passed(tooLate), tooLate)).toBe(true);
  // What will stay a no is one, however late it came.
  expect(isOpen(after(join, free(), { ...refuse('other'), now: tooLate }), tooLate)).toBe(false);
});
