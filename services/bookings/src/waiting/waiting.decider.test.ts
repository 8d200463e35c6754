import { JoinWaitingList, WishId } from '@adempauze/contracts';
import { derivedId, fold, hourMs, plusMs } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { about, at, householdIdOf, resourceIdOf, waitingIdOf } from '../examples.fixtures.ts';
import { goesBefore } from './order.rules.ts';
import { type WaitingCommand, waitingDecider } from './waiting.decider.ts';
import type { WaitingEvent } from './waiting.events.ts';

const now = at('2027-05-01T08:00:00Z');
const { offerId } = about;
const afternoon = about.span;
const join = (word: string, changes: Partial<JoinWaitingList> = {}, when = now): WaitingCommand & { type: 'Join' } => ({
  type: 'Join',
  data: JoinWaitingList.parse({
    ...{ waitingId: waitingIdOf(word), householdId: householdIdOf(word), offerId },
    window: { from: at('2027-05-02T22:00:00Z'), until: at('2027-05-07T22:00:00Z') },
    ...{ placeOfService: 'recipient-home', requestedBy: `account-${word}`, ...changes },
  }),
  now: when,
});
const free = (placeId = 'place-1', when = now): WaitingCommand => ({
  type: 'FreePlace',
  ...{ offerId, placeId, resourceId: resourceIdOf('worker'), span: afternoon, now: when },
});
const passOn = (word: string, when: string, why: 'declined' | 'silent' = 'silent'): WaitingCommand => ({
  type: 'PassOn',
  ...{ placeId: 'place-1', waitingId: waitingIdOf(word), why, now: at(when) },
});
const after = (...commands: readonly WaitingCommand[]): WaitingEvent[] => {
  const history: WaitingEvent[] = [];
  for (const command of commands) {
    const decision = waitingDecider.decide(command, fold(waitingDecider, history));
    if (decision.accepted) history.push(...decision.events);
  }
  return history;
};
const offeredTo = (history: readonly WaitingEvent[]) =>
  history.flatMap((it) => (it.type === 'PlaceOffered' ? [it.data.waitingId] : []));
const given = deciderSpec(waitingDecider);
const later = plusMs(now, hourMs);

describe('a freed place', () => {
  test('goes to the urgent lane first, then to who has waited longest, and only to whom it fits', () => {
    const tooLong = join('cora', { minMinutes: 300 });
    const elsewhere = join('dirk', { window: { from: at('2027-06-01T08:00:00Z'), until: at('2027-06-02T08:00:00Z') } });
    const waiting = [tooLong, elsewhere, join('anna'), join('bram', {}, later), join('eva', { lane: 'urgent' }, later)];
    const passed = after(
      ...waiting,
      free('place-1', later),
      passOn('eva', '2027-05-01T13:00:00Z'),
      passOn('anna', '2027-05-01T14:00:00Z', 'declined'),
      passOn('bram', '2027-05-01T18:00:00Z'),
    );
    expect(offeredTo(passed)).toEqual([waitingIdOf('eva'), waitingIdOf('anna'), waitingIdOf('bram')]);
    expect(passed.at(-1)).toMatchObject({ type: 'PlaceClosed', data: { why: 'nobody' } });
  });
  test('is thought about for four hours, and not past its beginning', () => {
    expect(after(join('anna'), free()).at(-1)).toMatchObject({ data: { until: '2027-05-01T12:00:00.000Z' } });
    const last = after(join('anna'), free('place-1', at('2027-05-03T09:00:00Z'))).at(-1);
    expect(last).toMatchObject({ type: 'PlaceOffered', data: { until: afternoon.from } });
  });
  test('that nobody waits for, or that has begun, is no business of the list', () => {
    given().when(free()).then();
    given(...after(join('anna')))
      .when(free('place-1', at('2027-05-03T11:00:00Z')))
      .then();
  });
  test('taken, it is theirs and they wait no more; gone, it is offered to nobody else', () => {
    const offer = { placeId: 'place-1', waitingId: waitingIdOf('anna') };
    const history = after(join('anna'), join('bram', {}, later), free(), { type: 'TakeOffer', ...offer, now: later });
    expect(history.slice(-2).map(({ type }) => type)).toEqual(['OfferTaken', 'WaitingLeft']);
    given(...history)
      .when({ type: 'TakeOffer', ...offer, now: later })
      .then();
    const gone = after(join('anna'), join('bram', {}, later), free(), {
      type: 'RecordRefused',
      because: 'place-gone',
      ...offer,
      now: later,
    });
    expect(gone.at(-1)).toMatchObject({ type: 'PlaceClosed', data: { why: 'gone' } });
    expect(offeredTo(gone)).toHaveLength(1);
    const forgotten: WaitingCommand = { type: 'RecordRefused', because: 'forgotten', ...offer, now: later };
    expect(
      after(join('anna'), join('bram', {}, later), free(), forgotten)
        .slice(-3)
        .map(({ type }) => type),
    ).toEqual(['WaitingLeft', 'OfferPassed', 'PlaceOffered']);
  });
});

test('joining again is the same; another wish with its id is refused; who left does not come back by it', () => {
  given(...after(join('anna')))
    .when(join('anna'))
    .then();
  given(...after(join('anna')))
    .when(join('anna', { lane: 'urgent' }))
    .thenRejected('already-exists');
  const leave: WaitingCommand = { type: 'Leave', waitingId: waitingIdOf('anna'), now: later };
  expect(offeredTo(after(join('anna'), leave, join('anna'), free()))).toEqual([]);
  given().when(leave).thenRejected('waiting-not-found');
  given()
    .when(join('anna', {}, at('2027-06-01T08:00:00Z')))
    .thenRejected('time-in-the-past');
});

test('one household waits for ten times at one offer, and for another once it left one or its time has passed', () => {
  const anna = householdIdOf('anna');
  const joins = Array.from({ length: 10 }, (_, it) => join(`time-${it}`, { householdId: anna }));
  const history = after(...joins);
  expect(history).toHaveLength(10);
  const more = join('more', { householdId: anna });
  given(...history)
    .when(more)
    .thenRejected('waits-too-often');
  expect(after(...joins, join('bram'))).toHaveLength(11);
  // Asked again it is the same.
  expect(after(...joins, ...joins)).toHaveLength(10);
  // What their wishes wait for is beside that.
  const wished = (word: string): WaitingCommand => {
    const { data, ...command } = join(word, { householdId: anna });
    return { ...command, data: { ...data, wishId: WishId.parse(derivedId('wish', word)) } };
  };
  expect(after(...joins, wished('wish-1'), wished('wish-2'))).toHaveLength(12);
  expect(after(wished('wish-1'), wished('wish-2'), ...joins)).toHaveLength(12);
  const leave: WaitingCommand = { type: 'Leave', waitingId: waitingIdOf('time-3'), now: later };
  expect(after(...joins, leave, more).at(-1)?.type).toBe('WaitingJoined');
  const window = { from: at('2027-05-02T22:00:00Z'), until: at('2027-05-03T22:00:00Z') };
  const soon = join('soon', { householdId: anna, window });
  const when = at('2027-05-04T08:00:00Z');
  expect(after(soon, ...joins.slice(1), { ...more, now: when }).at(-1)?.type).toBe('WaitingJoined');
});

test('who heard their noes at the look that found it is not asked for a place; nor when another lets it go', () => {
  const notFor = [waitingIdOf('anna')];
  const found = { ...free(), found: true, notFor } as WaitingCommand;
  const passed = after(join('anna'), join('bram', {}, later), found, passOn('bram', '2027-05-01T13:00:00Z'));
  expect(offeredTo(passed)).toEqual([waitingIdOf('bram')]);
  expect(passed.at(-1)).toMatchObject({ type: 'PlaceClosed', data: { why: 'nobody' } });
});

test('what they let pass is remembered as had; what they were refused is not, and a place that was gone as neither', () => {
  const offer = { placeId: 'place-1', waitingId: waitingIdOf('anna'), now: later };
  const annaAfter = (answer: WaitingCommand) =>
    fold(waitingDecider, after(join('anna'), free(), answer)).entries.get(waitingIdOf('anna'));
  for (const why of ['declined', 'silent'] as const)
    expect(annaAfter({ type: 'PassOn', why, ...offer })).toMatchObject({ had: [afternoon], refused: [] });
  expect(annaAfter({ type: 'RecordRefused', because: 'other', ...offer })).toMatchObject({
    ...{ had: [], missed: [], refused: [{ span: afternoon, at: later }] },
  });
  const gone = annaAfter({ type: 'RecordRefused', because: 'place-gone', ...offer });
  expect(gone).toMatchObject({ had: [], missed: [], refused: [] });
});

const words = ['anna', 'bram', 'cora', 'dirk', 'eva'] as const;
const word = fc.constantFrom(...words);
const placeId = fc.constantFrom('place-1', 'place-2', 'place-3');
const moment = fc.integer({ min: 0, max: 60 }).map((hours) => plusMs(now, hours * hourMs));
const offer = { placeId, waitingId: word.map((it) => waitingIdOf(it)), now: moment };
const command: fc.Arbitrary<WaitingCommand> = fc.oneof(
  fc
    .record({ word, lane: fc.constantFrom('urgent' as const, 'normal' as const), now: moment })
    .map((it) => join(it.word, { lane: it.lane }, it.now)),
  fc
    .record({ waitingId: word.map((it) => waitingIdOf(it)), now: moment })
    .map((it) => ({ type: 'Leave' as const, ...it })),
  fc.tuple(placeId, moment).map(([id, when]) => free(id, when)),
  fc.record({ type: fc.constantFrom('RecordHeld' as const, 'TakeOffer' as const), ...offer }),
  fc.record({
    type: fc.constant('RecordRefused' as const),
    because: fc.constantFrom('place-gone' as const, 'forgotten' as const, 'elsewhere' as const, 'other' as const),
    ...offer,
  }),
  fc.record({
    type: fc.constant('PassOn' as const),
    why: fc.constantFrom('declined' as const, 'silent' as const),
    ...offer,
  }),
);

test('in every order of commands: no place is offered to two, none twice to the same, and always to who goes before', () => {
  let offers = 0;
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const history: WaitingEvent[] = [];
      for (const next of commands) {
        const before = fold(waitingDecider, history);
        const decision = waitingDecider.decide(next, before);
        if (!decision.accepted) continue;
        history.push(...decision.events);
        const state = fold(waitingDecider, history);
        for (const place of state.places.values()) {
          const open = place.offers.filter(({ outcome }) => outcome === 'offered');
          const asked = place.offers.map(({ data }) => data.waitingId);
          if (open.length > 1 || new Set(asked).size !== asked.length) return false;
          if (place.status !== 'offered' && open.length > 0) return false;
          // A place on offer always waits for somebody: whose turn it is, and until when, is known.
          if (place.status === 'offered' && open.length !== 1) return false;
          if (place.offers.filter(({ outcome }) => outcome === 'taken').length > 1) return false;
        }
        for (const it of decision.events) {
          if (it.type !== 'PlaceOffered') continue;
          offers += 1;
          const chosen = state.entries.get(it.data.waitingId);
          const had = new Set<string>(
            state.places.get(it.data.placeId)?.offers.map(({ data }) => data.waitingId) ?? [],
          );
          const busy = new Set<string>(
            [...state.places.values()].flatMap((place) =>
              place.offers.flatMap(({ data, outcome }) => (outcome === 'offered' ? [data.waitingId] : [])),
            ),
          );
          const better = [...state.entries.values()].find(
            (other) =>
              other.status === 'waiting' &&
              !had.has(other.waitingId) &&
              !busy.has(other.waitingId) &&
              chosen !== undefined &&
              goesBefore(other, chosen),
          );
          if (better !== undefined || it.data.until > afternoon.from) return false;
        }
        const again = waitingDecider.decide(next, state);
        if (next.type !== 'Join' && (!again.accepted || again.events.length > 0)) return false;
      }
      return true;
    }),
    { numRuns: 1500 },
  );
  expect(offers).toBeGreaterThan(200);
});
