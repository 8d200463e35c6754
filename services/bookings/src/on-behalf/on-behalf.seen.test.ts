import {
  AddParts,
  ArrangementId,
  JoinWaitingList,
  MakeWish,
  PlanArrangement,
  WaitingId,
  WishId,
} from '@adempauze/contracts';
import { derivedId, hourMs, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { afternoon, at, bookingIdOf, offerIdOf, requestOf, resourceIdOf } from '../examples.fixtures.ts';
import { accepted, as, by, endWorlds, householdId, list, nora, openWithMandate } from './on-behalf.fixtures.ts';

afterEach(endWorlds);
const block = { offerId: offerIdOf('block-care'), resourceId: resourceIdOf('worker') };

test('what was given up for a caregiver is seen as well: a place in line, a wish, care that was not given (R27)', async () => {
  const world = await openWithMandate();
  const { api } = world;
  const bookingId = bookingIdOf('one');
  accepted(await api.requestBooking(requestOf(bookingId, { requestedBy: by }), as(world, by)));
  accepted(await api.confirmBooking({ bookingId }, as(world, by)));
  const window = { from: at('2027-06-01T06:00:00Z'), until: at('2027-06-08T18:00:00Z') };
  const waitingId = WaitingId.parse(derivedId('waiting', 'one'));
  const offerId = offerIdOf('block-care');
  const asked = { waitingId, householdId, offerId, placeOfService: 'recipient-home', requestedBy: by, window };
  accepted(await api.joinWaitingList(JoinWaitingList.parse(asked), as(world, by)));
  const wishId = WishId.parse(derivedId('wish', 'one'));
  const wish = { wishId, householdId, forms: ['F01'], requestedBy: by, window };
  accepted(await api.makeWish(MakeWish.parse({ ...wish, maxKm: 50 }), as(world, by)));
  expect((await list(world)).map(({ what }) => what)).toEqual(['household-registered']);

  accepted(await api.leaveWaitingList({ offerId, waitingId }, as(world, nora)));
  accepted(await api.endWish({ wishId }, as(world, nora)));
  world.moveTo(plusMs(afternoon.from, hourMs));
  accepted(await api.recordNoCare({ bookingId, reason: 'family-could-not' }, as(world, nora)));
  const seen = await list(world);
  // The lists on which the wish stood are left with it, and are no entry of their own.
  expect(seen.map(({ what, ref, undoable, by: who }) => [what, ref.id, undoable, who])).toEqual([
    ['care-not-given', bookingId, false, nora],
    ['wish-ended', wishId, false, nora],
    ['waiting-left', waitingId, false, nora],
    ['household-registered', expect.any(String), true, nora],
  ]);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('what was added to a plan is taken back by itself; what was there stays', async () => {
  const world = await openWithMandate();
  const { api } = world;
  const arrangementId = ArrangementId.parse(derivedId('arrangement', 'one'));
  const day = (days: number) => ({
    from: plusMs(afternoon.from, days * 24 * hourMs),
    until: plusMs(afternoon.until, days * 24 * hourMs),
  });
  const part = (word: string, days: number) => ({
    partId: derivedId('part', word),
    ask: { kind: 'booking', ...block, placeOfService: 'recipient-home', span: day(days) },
  });
  const plan = { arrangementId, householdId, requestedBy: by, parts: [part('first', 0)] };
  accepted(await api.planArrangement(PlanArrangement.parse(plan), as(world, by)));
  const more = { arrangementId, requestedBy: nora, parts: [part('second', 1), part('third', 2)] };
  accepted(await api.addArrangementParts(AddParts.parse(more), as(world, nora)));
  accepted(await api.confirmArrangement({ arrangementId }, as(world, by)));
  const [added] = await list(world);
  expect(added).toMatchObject({ what: 'arrangement-extended', by: nora, undoable: true, ref: { id: arrangementId } });
  const undo = { householdId, entryId: added?.entryId ?? 'none', by };
  accepted(await api.undoOnBehalf(undo, as(world, by)));
  accepted(await api.undoOnBehalf(undo, as(world, by)));
  expect((await api.findArrangement({ arrangementId }))?.parts.map(({ status }) => status)).toEqual([
    ...['agreed', 'ended', 'ended'],
  ]);
  expect((await list(world))[0]).toMatchObject({ what: 'arrangement-extended', undone: { by } });
});
