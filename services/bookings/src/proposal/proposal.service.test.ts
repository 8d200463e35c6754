import { type ProposalView, ProposeRespite } from '@adempauze/contracts';
import { hourMs, type Outcome, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  afternoon,
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  personIdOf,
  proposalIdOf,
  requestOf,
  resourceIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
const openWithFatima = async (): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  await world.api.registerHousehold(
    fatima('fatima', { registeredBy: { accountId: 'account-nora', role: 'professional' } }),
    world.call(),
  );
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const proposalId = proposalIdOf('one');
const householdId = householdIdOf('fatima');
const worker = resourceIdOf('worker');
const beds = resourceIdOf('beds');
const block = { offerId: offerIdOf('block-care'), resourceId: worker, placeOfService: 'recipient-home' };
const rule = { from: '2027-05-10', until: '2027-05-31', startsAt: '13:30', endsAt: '17:00' };
const proposal = (changes: object = {}) =>
  ProposeRespite.parse({
    ...{ proposalId, householdId, proposedBy: 'account-nora', note: 'Elke maandag naar uw zus.' },
    parts: [
      { kind: 'booking', ...block, span: afternoon },
      { kind: 'series', ...block, rule },
      {
        ...{ kind: 'stay', offerId: offerIdOf('guest-house'), resourceId: beds, placeOfService: 'provider' },
        span: { from: at('2027-05-10T13:00:00Z'), until: at('2027-05-15T09:00:00Z') },
        waived: ['part-day', 'night'],
      },
    ],
    ...changes,
  });
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);
const told = ({ parts }: ProposalView) => parts.map(({ status, times }) => `${status} ${times}`);
const occupied = async ({ offers }: World) => (await offers.occupied(worker)).size + (await offers.occupied(beds)).size;
const propose = async (world: World) => accepted(await world.api.proposeRespite(proposal(), world.call('propose')));
const by = 'account-fatima';

test('real places are held while it stands, and one yes agrees to all of them (R02)', async () => {
  const world = await openWithFatima();
  const standing = await propose(world);
  expect(standing).toMatchObject({ status: 'standing', round: 1, until: afternoon.from, answer: null });
  expect(told(standing)).toEqual(['held 1', 'held 4', 'held 1']);
  expect(await occupied(world)).toBe(6);
  // Longer than what is asked for by oneself.
  world.pass(40 * hourMs);
  await world.nudge();
  const agreed = accepted(await world.api.acceptProposal({ proposalId, by }, world.call('yes')));
  expect(agreed).toMatchObject({ status: 'accepted', answer: { by, onBehalf: false } });
  expect(told(agreed)).toEqual(['accepted 1', 'accepted 4', 'accepted 1']);
  expect(accepted(await world.api.acceptProposal({ proposalId, by }, world.call()))).toEqual(agreed);
  await world.settled();
  const { items } = await world.api.listBookings({ householdId, page: { first: 20 } });
  expect(items.map(({ item }) => item.status)).toEqual(Array(6).fill('confirmed'));
  expect(codeOf(await world.api.declineProposal({ proposalId, by }, world.call()))).toBe('proposal-answered');
  const { items: listed } = await world.api.listProposals({ householdId, page: { first: 5 } });
  expect(listed.map(({ item }) => item)).toEqual([agreed]);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('what was not chosen is free at once; a yes by phone needs a mandate, and is seen as one', async () => {
  const world = await openWithFatima();
  await propose(world);
  const phone = (who: string) => world.api.acceptProposal({ proposalId, parts: [1], by: who }, world.call());
  expect(codeOf(await phone('account-somebody'))).toBe('mandate-needed');
  const agreed = accepted(await phone('account-nora'));
  expect(agreed).toMatchObject({ status: 'accepted', answer: { by: 'account-nora', onBehalf: true } });
  expect(told(agreed)).toEqual(['released 0', 'accepted 4', 'released 0']);
  expect(await occupied(world)).toBe(4);
});

test('a no has no reason and no consequence, and comes back later with what is free by then', async () => {
  const world = await openWithFatima();
  await propose(world);
  const declined = accepted(await world.api.declineProposal({ proposalId, by }, world.call('no')));
  expect(told(declined)).toEqual(['released 0', 'released 0', 'released 0']);
  expect(declined).toMatchObject({ status: 'declined', declineReason: null });
  expect(await occupied(world)).toBe(0);
  await world.settled();
  expect(await world.api.unmetDemand({})).toEqual([]);
  expect(codeOf(await world.api.acceptProposal({ proposalId, by }, world.call()))).toBe('proposal-answered');

  const other = requestOf(bookingIdOf('other'), { span: afternoon });
  accepted(await world.api.requestBooking(other, world.call()));
  const again = { proposalId, days: 7, proposedBy: 'account-nora' };
  const back = accepted(await world.api.proposeAgain(again, world.call()));
  expect(back).toMatchObject({ status: 'standing', round: 2 });
  expect(back.parts.map(({ status, refusal }) => [status, refusal?.code])).toEqual([
    ['refused', 'place-taken'],
    ['held', undefined],
    ['held', undefined],
  ]);
  const agreed = accepted(await world.api.acceptProposal({ proposalId, by }, world.call()));
  expect(told(agreed)).toEqual(['refused 0', 'accepted 4', 'accepted 1']);
});

test('yes and no at the same moment: one of them counts, and the places are as it says', async () => {
  const world = await openWithFatima();
  await propose(world);
  const answers = await Promise.all([
    world.api.acceptProposal({ proposalId, by }, world.call('yes')),
    world.api.declineProposal({ proposalId, by }, world.call('no')),
    world.api.acceptProposal({ proposalId, parts: [0], by }, world.call('one')),
  ]);
  expect(answers.filter((it) => it.accepted)).toHaveLength(1);
  const found = await world.api.findProposal({ proposalId });
  await world.settled();
  const agreed = found?.parts.reduce((sum, it) => sum + (it.status === 'accepted' ? it.times : 0), 0);
  await world.until(async () => (await occupied(world)) === agreed);
  expect(found?.parts.map(({ status }) => status).includes('held')).toBe(false);
});

test('unanswered it expires by itself, and holds nothing any more', async () => {
  const world = await openWithFatima();
  await propose(world);
  await world.settled();
  world.moveTo(afternoon.from);
  await world.nudge();
  await world.until(async () => (await world.api.findProposal({ proposalId }))?.status === 'expired');
  await world.settled();
  await world.until(async () => (await occupied(world)) === 0);
  expect(codeOf(await world.api.acceptProposal({ proposalId, by }, world.call()))).toBe('proposal-expired');
  expect(await world.api.unmetDemand({})).toEqual([]);
});

test('when somebody is forgotten nothing stays held, the words go, and it does not come back', async () => {
  const world = await openWithFatima();
  expect((await propose(world)).note).toBe('Elke maandag naar uw zus.');
  accepted(await world.api.forgetPerson({ personId: personIdOf('fatima-caregiver') }, world.call()));
  await world.until(async () => (await occupied(world)) === 0);
  expect((await world.api.findProposal({ proposalId }))?.note).toBeNull();
  const yes = accepted(await world.api.acceptProposal({ proposalId, by: 'account-nora' }, world.call()));
  expect(yes.status).toBe('refused');
  const again = { proposalId, days: 7, proposedBy: 'account-nora' };
  expect(codeOf(await world.api.proposeAgain(again, world.call()))).toBe('person-forgotten');
  world.moveTo(afternoon.from);
  await world.nudge();
  await world.settled();
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('what the caregiver confirmed by another way stays hers', async () => {
  const world = await openWithFatima();
  const { parts } = await propose(world);
  const bookingId = parts[0]?.bookingId ?? bookingIdOf('none');
  accepted(await world.api.confirmBooking({ bookingId }, world.call()));
  accepted(await world.api.declineProposal({ proposalId, by }, world.call()));
  expect((await world.api.findBooking({ bookingId }))?.status).toBe('confirmed');
  expect(await occupied(world)).toBe(1);
});

test.each(['holdPlace', 'holdPlaces', 'takePlace', 'releasePlaces'] as const)(
  'broken off at %s, it goes on by itself to the same end',
  async (at) => {
    const world = await openWithFatima();
    let failures = 0;
    const real = world.offers[at];
    const flaky = (...args: unknown[]): unknown => {
      if (failures === 0) return Reflect.apply(real, world.offers, args);
      failures -= 1;
      return Promise.reject(new UnavailableError('offers is down'));
    };
    Reflect.set(world.offers, at, flaky);
    failures = at.startsWith('hold') ? 2 : 0;
    await world.api.proposeRespite(proposal(), world.call('propose')).catch(() => undefined);
    await world.until(async () => (await world.api.findProposal({ proposalId }))?.status === 'standing');
    failures = 2;
    const answer = () => world.api.acceptProposal({ proposalId, parts: [0, 1], by }, world.call('yes'));
    await answer().catch(() => undefined);
    const ends = async () => {
      const found = await world.api.findProposal({ proposalId });
      return found === undefined ? [] : told(found);
    };
    await world.until(async () => (await ends()).join() === 'accepted 1,accepted 4,released 0');
    await world.until(async () => (await occupied(world)) === 5);
    expect((await world.parked.list({ first: 5 })).items).toEqual([]);
  },
);
