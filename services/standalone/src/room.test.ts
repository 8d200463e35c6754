import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AvailabilityRule,
  BookingId,
  DayRange,
  HoldPlace,
  HouseholdId,
  JoinWaitingList,
  OfferId,
  PersonId,
  Place,
  ProviderId,
  PublishOffer,
  RegisterHousehold,
  ResourceId,
  SetAvailability,
  WaitingId,
  type WaitingView,
} from '@adempauze/contracts';
import { createLifecycle, silentLog } from '@adempauze/http';
import { type CallContext, derivedId, Instant, type Outcome, type Span } from '@adempauze/kernel';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Marketplace, startMarketplace } from './marketplace.ts';

/* Every way in which room comes at offers reaches who waits at bookings: nobody has to cancel for it. */

const at = (text: string): Instant => Instant.parse(text);
const now = at('2027-05-03T08:00:00Z'); // a Monday
const saturday: Span = { from: at('2027-05-15T08:00:00Z'), until: at('2027-05-15T11:00:00Z') };
const folder = mkdtempSync(join(tmpdir(), 'adempauze-room-'));
const lifecycle = createLifecycle({
  log: silentLog,
  stopTimeoutMs: 10_000,
});
let market: Marketplace;
let ids = 0;
const call = (): CallContext => {
  ids += 1;
  const commandId = derivedId('call', ids);
  return { commandId, correlationId: commandId, actor: 'room-test' };
};
const yes = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const rijswijk = { name: 'Rijswijk', municipality: '0603', point: { lat: 52.0367, lon: 4.3257 } };
const providerId = ProviderId.parse(derivedId('provider'));
const householdId = HouseholdId.parse(derivedId('household'));

beforeAll(async () => {
  market = await startMarketplace({
    ...{ folder, clock: () => now, lifecycle, sweepEveryMs: 60_000 },
    newId: () => call().commandId,
    randomBytes: (count) => randomBytes(count),
    log: silentLog,
  });
  yes(
    await market.offers.registerProvider(
      { providerId, kind: 'home-care', name: 'De Linde', place: Place.parse(rijswijk) },
      call(),
    ),
  );
  const person = (word: string) => ({
    personId: PersonId.parse(derivedId(word)),
    name: 'Niemand Echt',
    place: rijswijk,
  });
  const household = RegisterHousehold.parse({
    householdId,
    caregiver: { ...person('caregiver'), accountId: 'account-a', phone: '0600000000', email: 'a@example.org' },
    recipient: {
      ...person('recipient'),
      birthYear: 1941,
      conditions: ['dementia'],
      highRiskActs: [],
      careProfile: '-',
    },
    ...{ relation: 'parent', careHoursPerWeek: 30, needProfile: 'Even weg.' },
    contactPerson: { accountId: 'account-a', name: 'Niemand Echt' },
    registeredBy: { accountId: 'account-a', role: 'caregiver' },
  });
  yes(await market.bookings.registerHousehold(household, call()));
}, 30_000);
afterAll(async () => {
  await lifecycle.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A calendar of one place for two offers, at the first of which the household waits for the Saturday. */
const scene = async (word: string, spans: readonly Span[]) => {
  const [offerId, otherId] = [OfferId.parse(derivedId('offer', word)), OfferId.parse(derivedId('other', word))];
  const resourceId = ResourceId.parse(derivedId('resource', word));
  const waitingId = WaitingId.parse(derivedId('waiting', word));
  const offerIds = [offerId, otherId];
  for (const it of offerIds) {
    const offer = PublishOffer.parse({
      ...{ offerId: it, providerId, form: 'F01', title: 'Een blok zorg thuis', place: rijswijk, travelKm: 15 },
      ...{ conditionsServed: ['dementia'], unit: 'hour', bearer: 'guarantee', instant: true },
      tariff: { from: '2027-01-01', priceCents: 2300, vat: 'exempt' },
    });
    yes(await market.offers.publishOffer(offer, call()));
  }
  const resource = { resourceId, providerId, offerIds, capacity: 1, bufferMinutes: 0, travelMinutes: 0 };
  yes(await market.offers.openResource(resource, call()));
  if (spans.length > 0) yes(await market.offers.publishTimes({ resourceId, spans: [...spans] }, call()));
  const bookingId = BookingId.parse(derivedId('booking', word));
  const place = { resourceId, bookingId };
  /** Somebody else has the Saturday, by the other offer. */
  const taken = HoldPlace.parse({
    ...{ ...place, householdId: HouseholdId.parse(derivedId('others')), offerId: otherId, span: saturday },
    ...{ conditions: [], highRiskActs: [], at: rijswijk.point, expiresAt: '2027-05-10T08:00:00Z' },
  });
  return {
    ...{ resourceId, place, taken },
    async waits(): Promise<void> {
      const wish = JoinWaitingList.parse({
        ...{ waitingId, householdId, offerId, window: saturday, placeOfService: 'recipient-home' },
        requestedBy: 'account-a',
      });
      yes(await market.bookings.joinWaitingList(wish, call()));
      await market.settled();
      expect(await this.offers()).toEqual([]);
    },
    async offers(): Promise<WaitingView['offers']> {
      await market.settled();
      return (await market.bookings.findWaiting({ offerId, waitingId }))?.offers ?? [];
    },
  };
};
type Scene = Awaited<ReturnType<typeof scene>>;

const ways: readonly {
  readonly way: string;
  readonly cause: WaitingView['offers'][number]['cause'];
  readonly spans?: readonly Span[];
  readonly before?: (it: Scene) => Promise<void>;
  readonly comes: (it: Scene) => Promise<unknown>;
}[] = [
  {
    way: 'times are published',
    ...{ cause: 'times', spans: [] },
    comes: async ({ resourceId }) => yes(await market.offers.publishTimes({ resourceId, spans: [saturday] }, call())),
  },
  {
    way: 'a week that repeats is published, a year of it',
    ...{ cause: 'times', spans: [] },
    comes: async ({ resourceId }) => {
      const rule = { kind: 'weekly', weekday: 6, from: '10:00', until: '13:00', startsOn: '2027-05-03' };
      const data = SetAvailability.parse({ resourceId, rules: [AvailabilityRule.parse(rule)], aheadDays: 371 });
      yes(await market.offers.setAvailability(data, call()));
    },
  },
  {
    way: 'a closed day is opened again',
    ...{ cause: 'times', spans: [] },
    before: async ({ resourceId }) => {
      const rule = { kind: 'weekly', weekday: 6, from: '10:00', until: '13:00', startsOn: '2027-05-03' };
      const data = SetAvailability.parse({ resourceId, rules: [AvailabilityRule.parse(rule)], aheadDays: 30 });
      yes(await market.offers.setAvailability(data, call()));
      const days = DayRange.parse({ from: '2027-05-15', until: '2027-05-16' });
      yes(await market.offers.closeDays({ resourceId, days }, call()));
    },
    comes: async ({ resourceId }) => {
      const days = DayRange.parse({ from: '2027-05-15', until: '2027-05-16' });
      yes(await market.offers.reopenDays({ resourceId, days }, call()));
    },
  },
  {
    way: 'one more fits in',
    cause: 'capacity',
    before: async ({ taken }) => void yes(await market.offers.holdPlace(taken, call())),
    comes: async ({ resourceId }) => yes(await market.offers.setCapacity({ resourceId, capacity: 2 }, call())),
  },
  {
    way: 'another calendar says less',
    cause: 'calendar',
    before: async ({ resourceId }) => {
      const busy = 'BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20270515T081500Z\r\nDTEND:20270515T104500Z\r\nEND:VEVENT\r\n';
      yes(await market.offers.readCalendar({ resourceId, text: calendar(busy) }, call()));
    },
    comes: async ({ resourceId }) => yes(await market.offers.readCalendar({ resourceId, text: calendar('') }, call())),
  },
  {
    way: 'a booking of another offer of the same calendar ends',
    cause: 'other-offer',
    before: async ({ taken }) => void yes(await market.offers.holdPlace(taken, call())),
    comes: async ({ place }) => yes(await market.offers.releasePlace({ ...place, reason: 'cancelled' }, call())),
  },
  {
    way: 'who was placed knowingly beyond what was published goes again',
    cause: 'other-offer',
    before: async ({ taken }) =>
      void yes(await market.offers.overrideCapacity({ ...taken, reason: 'emergency' }, call())),
    comes: async ({ place }) => yes(await market.offers.releasePlace({ ...place, reason: 'cancelled' }, call())),
  },
];
const calendar = (events: string) =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//NL\r\n${events}END:VCALENDAR\r\n`;

test.each(ways)(
  'who waits is offered the Saturday when $way',
  async ({ way, cause, spans = [saturday], before, comes }) => {
    const it = await scene(way, spans);
    await before?.(it);
    await it.waits();
    await comes(it);
    const offers = await it.offers();
    expect(offers).toMatchObject([{ span: saturday, outcome: 'offered', cause, why: { rule: 'only', among: 1 } }]);
    // Once more it has no second effect.
    await comes(it);
    expect(await it.offers()).toEqual(offers);
    const occupied = (await market.offers.findResource({ resourceId: it.resourceId }))?.occupied ?? [];
    expect(occupied.filter(({ bookingId }) => bookingId === offers[0]?.bookingId)).toHaveLength(1);
  },
);
