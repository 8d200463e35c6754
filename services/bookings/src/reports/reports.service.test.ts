import { Month, ProposeRespite, RecordDelivery, SignalCaregiver } from '@adempauze/contracts';
import { derivedId, hourMs, type Outcome, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  afternoon,
  at,
  bookingIdOf,
  delft,
  fatima,
  householdIdOf,
  offerIdOf,
  personIdOf,
  proposalIdOf,
  requestOf,
  resourceIdOf,
  signalIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

/* The reports of the running service: what the log has, told within the promise of `waitFor`, and the same after a rebuild. */

const worlds: World[] = [];
const open = async (): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};

const period = { from: Month.parse('2027-03'), until: Month.parse('2027-06') };
const householdId = householdIdOf('fatima');
const page = { first: 100 };
const waits = async ({ api }: World, showSmallGroups = true) =>
  (await api.waitingTimes({ ...period, showSmallGroups, page })).items.map(({ item }) => item);

test('from a signal, through a proposal, to the first care: three clocks, in the month of the care (R10)', async () => {
  const world = await open();
  const { api } = world;
  world.moveTo(at('2027-02-20T08:00:00Z'));
  const signal = SignalCaregiver.parse({
    ...{ signalId: signalIdOf('one'), source: 'municipality', referredBy: 'account-referrer', consents: ['caregiver'] },
    caregiver: { personId: personIdOf('signalled'), name: 'Fatima', place: delft },
    contactPerson: { accountId: 'account-nora', organisation: 'Wijkteam' },
  });
  accepted(await api.signalCaregiver(signal, world.call()));
  world.moveTo(at('2027-04-28T08:00:00Z'));
  await world.settled();
  // Nobody talked with her yet; it counts where she lives.
  expect(await waits(world)).toMatchObject([
    { month: '2027-04', municipality: '0503', form: null, since: 'signal', stillWaiting: { value: 1 }, medianDays: 67 },
  ]);

  await api.registerHousehold(
    fatima('fatima', { registeredBy: { accountId: 'account-nora', role: 'professional' } }),
    world.call(),
  );
  const signalId = signalIdOf('one');
  accepted(await api.takeUpSignal({ signalId, householdId, by: 'account-nora' }, world.call()));
  const block = { offerId: offerIdOf('block-care'), resourceId: resourceIdOf('worker') };
  const proposal = ProposeRespite.parse({
    ...{ proposalId: proposalIdOf('one'), householdId, proposedBy: 'account-nora' },
    parts: [{ kind: 'booking', ...block, placeOfService: 'recipient-home', span: afternoon }],
  });
  const { parts } = accepted(await api.proposeRespite(proposal, world.call()));
  const bookingId = parts[0]?.bookingId;
  if (!bookingId) throw new Error('It is held.');
  accepted(await api.acceptProposal({ proposalId: proposal.proposalId, by: 'account-fatima' }, world.call()));
  world.moveTo(plusMs(afternoon.until, hourMs));
  const given = RecordDelivery.parse({ bookingId, deliveryId: derivedId('delivery'), quantity: 400 });
  await world.until(async () => (await api.recordDelivery(given, world.call('given'))).accepted);
  await world.settled();

  expect((await waits(world)).filter(({ month }) => month === '2027-05')).toMatchObject([
    {
      municipality: '0603',
      form: 'F01',
      since: 'proposal',
      count: { value: 1 },
      medianDays: 5,
      aboveEightWeeks: false,
    },
    { municipality: '0603', form: 'F01', since: 'request', count: { value: 1 }, medianDays: 5, aboveEightWeeks: false },
    { municipality: '0603', form: 'F01', since: 'signal', count: { value: 1 }, medianDays: 72, aboveEightWeeks: true },
  ]);
  const hidden = await waits(world, false);
  expect(hidden.find((it) => it.since === 'signal' && it.month === '2027-05')).toMatchObject({
    ...{ count: { value: null, fewerThan: 5 }, medianDays: null, aboveEightWeeks: true },
  });
  expect(await api.familiarShare({ ...period, householdId, showSmallGroups: true })).toMatchObject([
    { form: 'F01', unit: 'hour', given: 400, familiar: 0, unknown: 0, sharePercent: 0, meetsTarget: false },
  ]);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('what a provider declined is in the demand of the recipient’s town and in the use of the provider (R35, R36)', async () => {
  const world = await open();
  const { api } = world;
  await api.registerHousehold(fatima(), world.call());
  const bookingId = bookingIdOf('asked');
  const asked = accepted(
    await api.requestBooking(requestOf(bookingId, { offerId: offerIdOf('on-acceptance') }), world.call()),
  );
  accepted(await api.confirmBooking({ bookingId }, world.call()));
  accepted(await api.declineBooking({ bookingId, reason: 'no-staff' }, world.call()));
  await world.settled();
  const query = { ...period, showSmallGroups: true };
  const about = { month: '2027-05', form: asked.form };
  const { items } = await api.demandReport({ ...query, page });
  expect(items.map(({ item }) => item)).toMatchObject([
    {
      ...{ ...about, municipality: '0603', requested: { value: 1 }, delivered: { value: 0 } },
      unmet: [{ source: 'declined', reason: 'no-staff', count: { value: 1 } }],
    },
  ]);
  expect(await api.careUse({ ...query, providerIds: [asked.providerId] })).toMatchObject([
    { ...about, requested: { value: 1 }, notChosen: [{ kind: 'declined', reason: 'no-staff', count: { value: 1 } }] },
  ]);
  expect(await api.careUse({ ...query, providerIds: [] })).toEqual([]);
});
