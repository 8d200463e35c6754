import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeOffer,
  HouseholdId,
  JoinWaitingList,
  MakeWish,
  OfferId,
  PersonId,
  Place,
  ProviderId,
  PublishOffer,
  RegisterHousehold,
  ResourceId,
  WaitingId,
  WishId,
} from '@adempauze/contracts';
import { createLifecycle, silentLog } from '@adempauze/http';
import { type CallContext, Day, derivedId, Instant, type Outcome, type Span } from '@adempauze/kernel';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Marketplace, startMarketplace } from './marketplace.ts';

/* Every way in which an offer comes to suit at offers reaches who waits at bookings, on its own list or by a wish. */

const at = (text: string): Instant => Instant.parse(text);
let now = at('2027-05-03T08:00:00Z'); // a Monday
const saturday: Span = { from: at('2027-05-15T08:00:00Z'), until: at('2027-05-15T11:00:00Z') };
const folder = mkdtempSync(join(tmpdir(), 'adempauze-widened-'));
const lifecycle = createLifecycle({ log: silentLog, stopTimeoutMs: 10_000 });
let market: Marketplace;
let ids = 0;
const call = (): CallContext => {
  ids += 1;
  const commandId = derivedId('call', ids);
  return { commandId, correlationId: commandId, actor: 'widened-test' };
};
const yes = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
/** Two villages four kilometres apart, for every scene two others: far from those, so that nobody finds another offer. */
const villages = (scene: number) => {
  const [lat, lon] = [50.8 + 0.5 * (scene % 5), 4.2 + 0.8 * Math.floor(scene / 5)];
  const village = { name: 'Elders', municipality: '0603' };
  return { home: { ...village, point: { lat, lon } }, away: { ...village, point: { lat: lat + 0.03, lon } } };
};
let scenes = 0;
const providerId = ProviderId.parse(derivedId('provider'));
const householdOf = (word: string) => HouseholdId.parse(derivedId('household', word));

beforeAll(async () => {
  market = await startMarketplace({
    ...{ folder, clock: () => now, lifecycle, sweepEveryMs: 60_000 },
    newId: () => call().commandId,
    randomBytes: (count) => randomBytes(count),
    log: silentLog,
  });
  const linde = { providerId, kind: 'home-care' as const, name: 'De Linde', place: Place.parse(villages(0).home) };
  yes(await market.offers.registerProvider(linde, call()));
}, 30_000);
afterAll(async () => {
  await lifecycle.stop();
  rmSync(folder, { recursive: true, force: true });
});

const register = async (word: string, place: object): Promise<void> => {
  const person = (who: string) => ({
    ...{ personId: PersonId.parse(derivedId(who, word)), name: 'Niemand Echt', place },
  });
  const household = RegisterHousehold.parse({
    householdId: householdOf(word),
    caregiver: { ...person('caregiver'), accountId: `account-${word}`, phone: '0600000000', email: 'a@example.org' },
    recipient: {
      ...{ ...person('recipient'), birthYear: 1941, conditions: ['dementia'], careProfile: '-' },
      ...{ highRiskActs: ['insulin-injection'], traits: ['wandering'] },
    },
    ...{ relation: 'parent', careHoursPerWeek: 30, needProfile: 'Even weg.' },
    contactPerson: { accountId: `account-${word}`, name: 'Niemand Echt' },
    registeredBy: { accountId: `account-${word}`, role: 'caregiver' },
  });
  yes(await market.bookings.registerHousehold(household, call()));
};

type Way = {
  readonly way: string;
  /** What of the offer keeps them out, and what is changed. */
  readonly published: object;
  readonly changes?: object;
  readonly priced?: string;
};
const ways: readonly Way[] = [
  { way: 'a condition is served', published: { conditionsServed: [] }, changes: { conditionsServed: ['dementia'] } },
  {
    way: 'an act is done',
    ...{ published: { highRiskActsServed: [] }, changes: { highRiskActsServed: ['insulin-injection'] } },
  },
  { way: 'it takes them in', published: { exclusions: ['wandering'] }, changes: { exclusions: [] } },
  { way: 'workers come further', published: { travelKm: 1 }, changes: { travelKm: 30 } },
  { way: 'the caregiver may come along', published: { caregiverJoins: 'no' }, changes: { caregiverJoins: 'optional' } },
];
/** A wish waits there all the same. */
const only: readonly Way[] = [
  {
    way: 'who does an act is certified for longer',
    published: {
      highRiskActsServed: [],
      certifications: [{ act: 'insulin-injection', lastDay: '2027-05-04' }],
    },
    changes: { certifications: [{ act: 'insulin-injection', lastDay: '2027-12-31' }] },
  },
  {
    way: 'it is given at their home too',
    ...{ published: { servedAt: ['caregiver-home'] }, changes: { servedAt: [] } },
  },
  { way: 'it may be as long', published: { maxMinutes: 60 }, changes: { maxMinutes: 240 } },
  { way: 'it may be asked later', published: { leadTimeMinutes: 60 * 24 * 30 }, changes: { leadTimeMinutes: 0 } },
  {
    way: 'there is a price for that day',
    ...{ published: { tariff: { from: '2027-06-01', priceCents: 2300, vat: 'exempt' } }, priced: '2027-05-10' },
  },
];

/** An offer that is free on the Saturday and keeps them out, and what its provider does about that. */
const scene = async ({ way, published, changes, priced }: Way, of: 'list' | 'wish') => {
  const offerId = OfferId.parse(derivedId('offer', way, of));
  const resourceId = ResourceId.parse(derivedId('resource', way, of));
  const { home, away } = villages(scenes);
  scenes += 1;
  await register(`${way} ${of}`, home);
  const offer = PublishOffer.parse({
    ...{ offerId, providerId, form: 'F01', title: 'Een blok zorg thuis', place: away, travelKm: 15 },
    ...{ conditionsServed: ['dementia'], highRiskActsServed: ['insulin-injection'], caregiverJoins: 'optional' },
    ...{ unit: 'hour', bearer: 'guarantee', instant: true },
    tariff: { from: '2027-01-01', priceCents: 2300, vat: 'exempt' },
    ...published,
  });
  yes(await market.offers.publishOffer(offer, call()));
  const resource = { resourceId, providerId, offerIds: [offerId], capacity: 1, bufferMinutes: 0, travelMinutes: 0 };
  yes(await market.offers.openResource(resource, call()));
  yes(await market.offers.publishTimes({ resourceId, spans: [saturday] }, call()));
  const householdId = householdOf(`${way} ${of}`);
  return {
    ...{ offerId, resourceId, householdId },
    asked: { householdId, window: saturday, minMinutes: 180, caregiverJoins: true, requestedBy: 'account-a' },
    async widens(): Promise<void> {
      if (changes !== undefined) yes(await market.offers.changeOffer(ChangeOffer.parse({ offerId, changes }), call()));
      if (priced !== undefined) {
        const tariff = { ...offer.tariff, from: Day.parse(priced) };
        yes(await market.offers.changeTariff({ offerId, tariff }, call()));
      }
      await market.settled();
    },
  };
};

test.each([...ways, ...only])('who waits on its list is offered the Saturday when $way', async (way) => {
  const { offerId, resourceId, asked, widens } = await scene(way, 'list');
  const waitingId = WaitingId.parse(derivedId('waiting', way.way));
  const joining = JoinWaitingList.parse({ ...asked, waitingId, offerId, placeOfService: 'recipient-home' });
  yes(await market.bookings.joinWaitingList(joining, call()));
  await market.settled();
  const offers = async () => (await market.bookings.findWaiting({ offerId, waitingId }))?.offers ?? [];
  expect((await offers()).filter(({ outcome }) => outcome !== 'refused')).toEqual([]);

  await widens();
  const [first, ...before] = await offers();
  expect(first).toMatchObject({ span: saturday, outcome: 'offered', cause: 'free', why: { rule: 'only', among: 1 } });
  expect(before.filter(({ outcome }) => outcome !== 'refused')).toEqual([]);
  const booking = first && (await market.bookings.findBooking({ bookingId: first.bookingId }));
  expect(booking).toMatchObject({ status: 'held', caregiverJoins: true });
  // Once more it has no second effect.
  await widens();
  expect(await offers()).toEqual([first, ...before]);
  expect((await market.offers.findResource({ resourceId }))?.occupied).toHaveLength(1);
});

test.each(ways)('who wishes for its form comes to wait there, and is offered the Saturday, when $way', async (way) => {
  const { offerId, asked, widens } = await scene(way, 'wish');
  const wishId = WishId.parse(derivedId('wish', way.way));
  yes(await market.bookings.makeWish(MakeWish.parse({ ...asked, wishId, forms: ['F01'] }), call()));
  await market.settled();
  const wish = () => market.bookings.findWish({ wishId });
  expect((await wish())?.lists.map((it) => it.offerId)).not.toContain(offerId);

  await widens();
  const offer = (await wish())?.offers.find((it) => it.offerId === offerId);
  expect(offer).toMatchObject({ span: saturday, outcome: 'offered', cause: 'free' });
  const booking = offer && (await market.bookings.findBooking({ bookingId: offer.bookingId }));
  expect(booking).toMatchObject({ status: 'held', caregiverJoins: true });
});

test('who wishes for its form comes to wait at an offer that is confirmed after 90 days without', async () => {
  const { offerId } = await scene({ way: 'it is confirmed', published: {} }, 'wish');
  now = at('2027-08-10T08:00:00Z');
  await market.settled();
  const wishId = WishId.parse(derivedId('wish', 'late'));
  const window = { from: at('2027-08-20T08:00:00Z'), until: at('2027-08-30T08:00:00Z') };
  const householdId = householdOf('it is confirmed wish');
  const wish = MakeWish.parse({ wishId, householdId, forms: ['F01'], window, requestedBy: 'account-a' });
  yes(await market.bookings.makeWish(wish, call()));
  await market.settled();
  const lists = async () => (await market.bookings.findWish({ wishId }))?.lists.map((it) => it.offerId);
  expect(await lists()).not.toContain(offerId);
  yes(await market.offers.confirmOffer({ offerId }, call()));
  await market.settled();
  expect(await lists()).toContain(offerId);
});
