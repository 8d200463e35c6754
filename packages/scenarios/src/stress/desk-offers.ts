import {
  BookingId,
  HouseholdId,
  OfferId,
  ProviderId,
  PublishOffer,
  ResourceId,
  type Tariff,
} from '@adempauze/contracts';
import { dayOf, plusDays, plusMs } from '@adempauze/kernel';
import { calendarText } from './calendar-text.ts';
import { type Desk, type DeskCommand, type DeskScene, on, rijswijk } from './desk-words.ts';
import { must } from './must.ts';

/* What is offered, at which price, and the calendar of who comes with what their own calendar says. */

export type OfferPart = 'offer' | 'calendar' | 'held' | 'followed';

const idsOf = (scene: DeskScene) => ({
  providerId: ProviderId.parse(scene.id('provider')),
  offerId: OfferId.parse(scene.id('offer')),
  resourceId: ResourceId.parse(scene.id('resource')),
});
const timesOf = (scene: DeskScene) => ({
  first: on(scene, 3, '09:00', '11:00'),
  second: on(scene, 4, '09:00', '11:00'),
});

const offerOf = (scene: DeskScene, word: string, title = 'Een blok zorg thuis') =>
  PublishOffer.parse({
    ...{ offerId: OfferId.parse(scene.id(word)), providerId: idsOf(scene).providerId, form: 'F01', title },
    ...{ place: rijswijk, travelKm: 15, unit: 'hour', conditionsServed: ['dementia'], bearer: 'guarantee' },
    ...{ instant: true, tariff: { from: '2027-01-01', priceCents: 2300, vat: 'exempt' } },
  });
const houseOf = (scene: DeskScene, word: string, name: string) =>
  ({ providerId: ProviderId.parse(scene.id(word)), kind: 'home-care', name, place: rijswijk }) as const;
const openingOf = (scene: DeskScene, word: string, capacity: number) => {
  const { providerId, offerId } = idsOf(scene);
  const resourceId = ResourceId.parse(scene.id(word));
  return { resourceId, providerId, offerIds: [offerId], capacity, bufferMinutes: 0, travelMinutes: 0 };
};
const wishOf = (scene: DeskScene, word: string) => {
  const { offerId } = idsOf(scene);
  return {
    ...{ offerId, bookingId: BookingId.parse(scene.id('booking', word)), conditions: [], highRiskActs: [] },
    ...{
      householdId: HouseholdId.parse(scene.id('household', word)),
      at: rijswijk.point,
      payer: 'insurer' as const,
    },
  };
};
const holdOf = (scene: DeskScene, word: string, span: 'first' | 'second') => ({
  ...{ ...wishOf(scene, word), resourceId: idsOf(scene).resourceId, span: timesOf(scene)[span] },
  expiresAt: plusMs(scene.now, 3_600_000),
});

type Run = DeskCommand<OfferPart>['run'];
const tariff =
  (days: number, priceCents: number): Run =>
  (scene, { offers }, call) => {
    const tariff: Tariff = { from: plusDays(dayOf(scene.now), days), priceCents, vat: 'exempt' };
    return offers.changeTariff({ offerId: idsOf(scene).offerId, tariff }, call);
  };
const payerTariff =
  (priceCents: number): Run =>
  (scene, { offers }, call) => {
    const from = dayOf(scene.now);
    const tariff = { payer: 'insurer' as const, from, priceCents, vat: 'exempt' as const };
    return offers.changePayerTariff({ offerId: idsOf(scene).offerId, tariff }, call);
  };
const follow =
  (word: 'first' | 'second' | 'nothing'): Run =>
  (scene, { offers }, call) => {
    const { resourceId } = idsOf(scene);
    return offers.followCalendar(
      { resourceId, url: scene.addressOf(word === 'nothing' ? [] : [timesOf(scene)[word]]) },
      call,
    );
  };

const commands: readonly DeskCommand<OfferPart>[] = [
  {
    name: 'register a provider',
    needs: [],
    run: (scene, { offers }, call) => offers.registerProvider(houseOf(scene, 'new', 'De Linde'), call),
  },
  {
    name: 'register it by another name',
    needs: [],
    run: (scene, { offers }, call) => offers.registerProvider(houseOf(scene, 'new', 'De Eik'), call),
  },
  {
    name: 'publish an offer',
    needs: ['offer'],
    run: (scene, { offers }, call) => offers.publishOffer(offerOf(scene, 'new offer'), call),
  },
  {
    name: 'publish it by another title',
    needs: ['offer'],
    run: (scene, { offers }, call) => offers.publishOffer(offerOf(scene, 'new offer', 'Zorg in blokken'), call),
  },
  {
    name: 'change its title',
    needs: ['offer'],
    run: (scene, { offers }, call) =>
      offers.changeOffer({ offerId: idsOf(scene).offerId, changes: { title: 'Zorg in blokken' } }, call),
  },
  {
    name: 'change what it is for',
    needs: ['offer'],
    run: (scene, { offers }, call) =>
      offers.changeOffer({ offerId: idsOf(scene).offerId, changes: { travelKm: 1, caregiverJoins: 'always' } }, call),
  },
  { name: 'change the price', needs: ['offer'], run: tariff(0, 2500) },
  { name: 'change it to another', needs: ['offer'], run: tariff(0, 2700) },
  { name: 'change the price later', needs: ['offer'], run: tariff(4, 2900) },
  { name: 'change the price for a payer', needs: ['offer'], run: payerTariff(2000) },
  { name: 'change that to another', needs: ['offer'], run: payerTariff(2100) },
  {
    name: 'say that it is still so',
    needs: ['offer'],
    run: (scene, { offers }, call) => offers.confirmOffer({ offerId: idsOf(scene).offerId }, call),
  },
  {
    name: 'withdraw it',
    needs: ['offer'],
    run: (scene, { offers }, call) => offers.withdrawOffer({ offerId: idsOf(scene).offerId }, call),
  },
  {
    name: 'open a calendar',
    needs: ['offer'],
    run: (scene, { offers }, call) => offers.openResource(openingOf(scene, 'new calendar', 1), call),
  },
  {
    name: 'open it for two',
    needs: ['offer'],
    run: (scene, { offers }, call) => offers.openResource(openingOf(scene, 'new calendar', 2), call),
  },
  {
    name: 'ask for the terms',
    needs: ['offer'],
    run: (scene, { offers }, call) => offers.askTerms({ ...wishOf(scene, 'asked'), span: timesOf(scene).second }, call),
  },
  {
    name: 'hold a place',
    needs: ['calendar'],
    run: (scene, { offers }, call) => offers.holdPlace(holdOf(scene, 'one', 'first'), call),
  },
  {
    name: 'hold it for another',
    needs: ['calendar'],
    run: (scene, { offers }, call) => offers.holdPlace(holdOf(scene, 'two', 'first'), call),
  },
  {
    name: 'take what is held',
    needs: ['held'],
    run: (scene, { offers }, call) => {
      const { bookingId, resourceId } = holdOf(scene, 'held', 'second');
      return offers.takePlace({ resourceId, bookingId }, call);
    },
  },
  {
    name: 'move what is held',
    needs: ['held'],
    run: (scene, { offers }, call) => {
      const { expiresAt: _, ...held } = holdOf(scene, 'held', 'first');
      return offers.movePlace(held, call);
    },
  },
  {
    name: 'read a calendar that is sent',
    needs: ['calendar'],
    run: (scene, { offers }, call) =>
      offers.readCalendar({ resourceId: idsOf(scene).resourceId, text: calendarText([timesOf(scene).second]) }, call),
  },
  { name: 'follow a calendar', needs: ['calendar'], run: follow('first') },
  { name: 'follow another', needs: ['calendar'], run: follow('second') },
  { name: 'follow an empty one', needs: ['calendar'], run: follow('nothing') },
  {
    name: 'follow it no more',
    needs: ['followed'],
    run: (scene, { offers }, call) => offers.unfollowCalendar({ resourceId: idsOf(scene).resourceId }, call),
  },
  {
    name: 'withdraw the times',
    needs: ['calendar'],
    run: (scene, { offers }, call) =>
      offers.withdrawTimes({ resourceId: idsOf(scene).resourceId, spans: [timesOf(scene).first] }, call),
  },
];

/** Offers with their prices, and one calendar that others write in too. */
export const offerDesk: Desk<OfferPart> = {
  ...{ name: 'offers', commands },
  async prepare(scene, parts) {
    const { next, newCall } = scene;
    const { resourceId } = idsOf(scene);
    must(await next().offers.registerProvider(houseOf(scene, 'provider', 'De Linde'), newCall()));
    if (parts.size === 0) return;
    must(await next().offers.publishOffer(offerOf(scene, 'offer'), newCall()));
    if (!(['calendar', 'held', 'followed'] as const).some((it) => parts.has(it))) return;
    const { first, second } = timesOf(scene);
    must(await next().offers.openResource(openingOf(scene, 'resource', 1), newCall()));
    must(await next().offers.publishTimes({ resourceId, spans: [first, second] }, newCall()));
    if (parts.has('held')) must(await next().offers.holdPlace(holdOf(scene, 'held', 'second'), newCall()));
    if (parts.has('followed'))
      must(await next().offers.followCalendar({ resourceId, url: scene.addressOf([second]) }, newCall()));
  },
  async standing(scene, { offers }) {
    const { providerId, offerId, resourceId } = idsOf(scene);
    const page = { first: 50 };
    return {
      provider: await offers.findProvider({ providerId: ProviderId.parse(scene.id('new')) }),
      offer: await offers.findOffer({ offerId }),
      newOffer: await offers.findOffer({ offerId: OfferId.parse(scene.id('new offer')) }),
      offers: (await offers.listOffers({ providerId, page })).items,
      calendar: await offers.findResource({ resourceId }),
      newCalendar: await offers.findResource({ resourceId: ResourceId.parse(scene.id('new calendar')) }),
      calendars: (await offers.listResources({ providerId, page })).items,
      following: await offers.findFollowing({ resourceId }),
    };
  },
};
