import {
  ArrangementId,
  EndCare,
  FlagPalliative,
  MakeWish,
  type OnBehalfView,
  OpenUrgentCase,
  PlanArrangement,
  ProposeRespite,
  RecordTaskAgreement,
  TaskAgreementId,
  UrgentId,
  WishId,
  WorkerId,
} from '@adempauze/contracts';
import { derivedId, type Outcome, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  afternoon,
  at,
  bookingIdOf,
  mandateIdOf,
  offerIdOf,
  proposalIdOf,
  requestOf,
  resourceIdOf,
  seriesIdOf,
} from '../examples.fixtures.ts';
import type { World } from '../trial-world.fixtures.ts';
import { accepted, as, by, endWorlds, householdId, list, nora, openWithMandate } from './on-behalf.fixtures.ts';

afterEach(endWorlds);
const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);
const words = async (world: World) => (await list(world)).map(({ what, undone }) => (undone ? `${what} undone` : what));
const undo = async (world: World, what: OnBehalfView['what']) => {
  const entry = (await list(world)).find((it) => it.what === what);
  if (entry === undefined) throw new Error(`There is no ${what}.`);
  return world.api.undoOnBehalf({ householdId, entryId: entry.entryId, by }, as(world, by));
};

test('what is done on behalf is seen, by whom and as what, and what one does oneself is not (R27)', async () => {
  const world = await openWithMandate();
  const { api } = world;
  const bookingId = bookingIdOf('one');
  accepted(await api.requestBooking(requestOf(bookingId, { requestedBy: nora }), as(world, nora)));
  accepted(await api.confirmBooking({ bookingId }, as(world, nora)));
  accepted(
    await api.grantMandate({ householdId, mandateId: mandateIdOf('mine'), accountId: 'account-anke' }, as(world, by)),
  );
  expect(await words(world)).toEqual(['booking-agreed', 'booking-requested', 'household-registered']);
  expect((await list(world))[0]).toMatchObject({ by: nora, role: 'mandate', undoable: true, ref: { id: bookingId } });

  expect(accepted(await undo(world, 'booking-requested'))).toMatchObject({ undoable: false, undone: { by } });
  expect((await api.findBooking({ bookingId }))?.status).toBe('cancelled');
  expect((await world.offers.occupied(resourceIdOf('worker'))).size).toBe(0);
  // The yes to it is gone with it; again is harmless.
  expect(await words(world)).toEqual(['booking-agreed undone', 'booking-requested undone', 'household-registered']);
  expect(codeOf(await undo(world, 'booking-agreed'))).toBe('accepted');

  accepted(await undo(world, 'household-registered'));
  expect((await api.findHousehold({ householdId }))?.mandates).toMatchObject([{ accountId: 'account-anke' }]);
  await world.settled();
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('a series, and a proposal agreed to by phone, end in one action', async () => {
  const world = await openWithMandate();
  const { api } = world;
  const block = { offerId: offerIdOf('block-care'), resourceId: resourceIdOf('worker') };
  const rule = { from: '2027-05-10', until: '2027-05-31', startsAt: '13:30', endsAt: '17:00' };
  const seriesId = seriesIdOf('one');
  const asked = {
    seriesId,
    householdId,
    ...block,
    placeOfService: 'recipient-home',
    requestedBy: nora,
    purpose: '',
    rule,
  };
  const week = { everyWeeks: 1, weekdays: [], endsDaysLater: 0, exceptions: [] };
  accepted(await api.requestSeries({ ...asked, rule: { ...rule, ...week } } as never, as(world, nora)));
  accepted(await api.confirmSeries({ seriesId }, as(world, nora)));
  const proposalId = proposalIdOf('one');
  accepted(
    await api.proposeRespite(
      ProposeRespite.parse({
        ...{ proposalId, householdId, proposedBy: nora },
        parts: [
          { kind: 'booking', ...block, placeOfService: 'recipient-home', span: afternoon },
          {
            kind: 'series',
            ...block,
            placeOfService: 'recipient-home',
            rule: { ...rule, startsAt: '09:00', endsAt: '12:00' },
          },
        ],
      }),
      as(world, nora),
    ),
  );
  expect(await words(world)).toEqual(['series-agreed', 'series-requested', 'household-registered']);
  accepted(await api.acceptProposal({ proposalId, by: nora }, as(world, nora)));
  expect((await words(world))[0]).toBe('proposal-accepted');
  await world.settled();
  expect((await api.listTasks({ householdId, done: false })).map(({ kind, dueAt }) => [kind, dueAt])).toEqual([
    ['load-check', at('2027-08-01T07:00:00Z')],
  ]);
  expect((await world.offers.occupied(resourceIdOf('worker'))).size).toBe(9);
  accepted(await undo(world, 'proposal-accepted'));
  expect((await world.offers.occupied(resourceIdOf('worker'))).size).toBe(4);
  accepted(await undo(world, 'series-agreed'));
  expect((await world.offers.occupied(resourceIdOf('worker'))).size).toBe(0);
  expect((await words(world)).slice(0, 3)).toEqual([
    'proposal-accepted undone',
    'series-agreed undone',
    'series-requested undone',
  ]);
});

test('a wish and a plan of several forms are taken back too', async () => {
  const world = await openWithMandate();
  const { api } = world;
  const arrangementId = ArrangementId.parse(derivedId('arrangement'));
  const block = { offerId: offerIdOf('block-care'), resourceId: resourceIdOf('worker') };
  const ask = { kind: 'booking', ...block, placeOfService: 'recipient-home', span: afternoon };
  const plan = { arrangementId, householdId, requestedBy: nora, parts: [{ partId: derivedId('part'), ask }] };
  accepted(await api.planArrangement(PlanArrangement.parse(plan), as(world, nora)));
  accepted(await api.confirmArrangement({ arrangementId }, as(world, nora)));
  const wishId = WishId.parse(derivedId('wish'));
  const window = { from: at('2027-05-10T00:00:00Z'), until: at('2027-05-20T00:00:00Z') };
  accepted(
    await api.makeWish(
      MakeWish.parse({ wishId, householdId, forms: ['F12'], window, requestedBy: nora }),
      as(world, nora),
    ),
  );
  expect((await words(world)).slice(0, 3)).toEqual(['wish-made', 'arrangement-agreed', 'arrangement-planned']);
  accepted(await undo(world, 'wish-made'));
  accepted(await undo(world, 'arrangement-planned'));
  expect((await api.findWish({ wishId }))?.status).toBe('left');
  await world.until(async () => (await world.offers.occupied(resourceIdOf('worker'))).size === 0);
});

test('who ends parts of a plan on behalf is seen, and an end is not taken back with the plan (R27)', async () => {
  const world = await openWithMandate();
  const { api } = world;
  const arrangementId = ArrangementId.parse(derivedId('arrangement'));
  const block = { offerId: offerIdOf('block-care'), resourceId: resourceIdOf('worker') };
  const ask = { kind: 'booking', ...block, placeOfService: 'recipient-home' };
  const later = (days: number) => ({
    from: at(`2027-05-0${3 + days}T11:00:00Z`),
    until: at(`2027-05-0${3 + days}T15:00:00Z`),
  });
  const [first, second, third] = [derivedId('part', 'a'), derivedId('part', 'b'), derivedId('part', 'c')];
  const parts = [first, second, third].map((partId, index) => ({ partId, ask: { ...ask, span: later(index) } }));
  const plan = PlanArrangement.parse({ arrangementId, householdId, requestedBy: nora, parts });
  accepted(await api.planArrangement(plan, as(world, nora)));
  accepted(await api.confirmArrangement({ arrangementId }, as(world, nora)));
  accepted(await api.endArrangementParts({ arrangementId, partIds: [first] }, as(world, nora)));
  // The same again is nothing new, and what she ends herself was not done for her.
  accepted(await api.endArrangementParts({ arrangementId, partIds: [first] }, as(world, nora)));
  accepted(await api.endArrangementParts({ arrangementId, partIds: [second] }, as(world, by)));

  const seen = ['arrangement-ended', 'arrangement-agreed', 'arrangement-planned', 'household-registered'];
  expect(await words(world)).toEqual(seen);
  expect((await list(world))[0]).toMatchObject({
    ...{ by: nora, role: 'mandate', undoable: false, undone: null },
    ref: { kind: 'arrangement', id: arrangementId },
  });
  expect(codeOf(await undo(world, 'arrangement-ended'))).toBe('not-undoable');

  accepted(await undo(world, 'arrangement-planned'));
  expect(await words(world)).toEqual([
    ...['arrangement-ended', 'arrangement-agreed undone', 'arrangement-planned undone', 'household-registered'],
  ]);
  expect((await api.findArrangement({ arrangementId }))?.parts.map(({ status }) => status)).toEqual(
    Array(3).fill('ended'),
  );
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('what cannot be taken back says why; broken off, it goes on by itself', async () => {
  const world = await openWithMandate();
  const { api } = world;
  const bookingId = bookingIdOf('one');
  accepted(await api.requestBooking(requestOf(bookingId, { requestedBy: nora }), as(world, nora)));
  accepted(await api.confirmBooking({ bookingId }, as(world, nora)));
  const later = { from: at('2027-05-04T11:00:00Z'), until: at('2027-05-04T15:00:00Z') };
  accepted(await api.rescheduleBooking({ bookingId, span: later }, as(world, nora)));
  world.pass(1000);
  accepted(await undo(world, 'booking-moved'));
  expect((await api.findBooking({ bookingId }))?.span).toEqual(afternoon);

  world.pass(1000);
  const { movePlace } = world.offers;
  accepted(await api.rescheduleBooking({ bookingId, span: later }, as(world, nora)));
  world.pass(1000);
  let failures = 1;
  world.offers.movePlace = (it, context) => {
    if (failures === 0) return movePlace(it, context);
    failures -= 1;
    return Promise.reject(new UnavailableError('offers is down'));
  };
  await expect(undo(world, 'booking-moved')).rejects.toThrow(UnavailableError);
  await world.until(async () => (await api.findBooking({ bookingId }))?.span.from === afternoon.from);

  world.moveTo(at('2027-05-03T11:00:01Z'));
  expect(codeOf(await undo(world, 'booking-requested'))).toBe('booking-already-begun');
  expect(codeOf(await api.undoOnBehalf({ householdId, entryId: bookingIdOf('none'), by }, as(world, by)))).toBe(
    'on-behalf-not-found',
  );
});

test('what changes much for a household is seen too: backups, the fast lane, an urgent case, a task, the end of care', async () => {
  const world = await openWithMandate({ highRiskActs: ['insulin-injection'] });
  const { api } = world;
  const bookingId = bookingIdOf('one');
  accepted(await api.requestBooking(requestOf(bookingId), as(world, by)));
  accepted(await api.confirmBooking({ bookingId }, as(world, by)));

  const backup = {
    offerId: offerIdOf('block-care'),
    resourceId: resourceIdOf('worker'),
    placeOfService: 'recipient-home',
  };
  accepted(await api.nameBackups({ householdId, backups: [backup], agreedBy: nora } as never, as(world, nora)));
  accepted(await api.flagPalliative(FlagPalliative.parse({ householdId, flaggedBy: nora }), as(world, nora)));
  const urgentId = UrgentId.parse(derivedId('urgent'));
  const night = { from: at('2027-05-01T18:00:00Z'), until: at('2027-05-02T08:00:00Z') };
  const urgent = { urgentId, householdId, need: 'Opname.', span: night, openedBy: nora };
  accepted(await api.openUrgentCase(OpenUrgentCase.parse(urgent), as(world, nora)));
  const agreementId = TaskAgreementId.parse(derivedId('agreement'));
  const agreement = {
    ...{ agreementId, scope: { kind: 'booking', id: bookingId }, act: 'insulin-injection', reviewOn: '2027-08-01' },
    ...{ doer: { kind: 'worker', workerId: WorkerId.parse(derivedId('worker')) }, recordedBy: nora },
  };
  accepted(await api.recordTaskAgreement(RecordTaskAgreement.parse(agreement), as(world, nora)));
  const end = { householdId, ending: 'no-more-care', on: '2027-06-01', endedBy: nora };
  accepted(await api.endCare(EndCare.parse(end), as(world, nora)));

  const seen = (await list(world)).slice(0, -1);
  expect(seen.map(({ what, ref }) => [what, ref.kind, ref.id])).toEqual([
    ['care-ended', 'household', householdId],
    ['task-agreed', 'agreement', agreementId],
    ['urgent-opened', 'urgent', urgentId],
    ['fast-lane-given', 'household', householdId],
    ['backups-named', 'household', householdId],
  ]);
  // What is behind it is nowhere in the list, and each has an action of its own to end it.
  expect(JSON.stringify(seen)).not.toMatch(/insulin|Opname|palliat/);
  expect(seen.map(({ by: who, role, undoable }) => [who, role, undoable])).toEqual(
    Array(5).fill([nora, 'mandate', false]),
  );
  expect(codeOf(await undo(world, 'backups-named'))).toBe('not-undoable');
});
test('what the caregiver does herself is not on that list', async () => {
  const world = await openWithMandate();
  const { api } = world;
  accepted(await api.flagPalliative(FlagPalliative.parse({ householdId, flaggedBy: by }), as(world, by)));
  const end = { householdId, ending: 'no-more-care', on: '2027-06-01', endedBy: by };
  accepted(await api.endCare(EndCare.parse(end), as(world, by)));
  expect(await words(world)).toEqual(['household-registered']);
});
