import {
  BookingId,
  BudgetId,
  DeliveryId,
  HouseholdId,
  InvoiceView,
  MandateId,
  Month,
  OfferId,
  PersonId,
  PolicyId,
  PotId,
  ProviderId,
  PublishOffer,
  PublishScheme,
  QuoteBooking,
  RegisterHousehold,
  RequestBooking,
  ResourceId,
  SchemeId,
  SpendId,
} from '@adempauze/contracts';
import {
  Day,
  dayOf,
  derivedId,
  type Instant,
  instantOn,
  minuteMs,
  monthOf,
  plusDays,
  plusMonths,
  plusMs,
} from '@adempauze/kernel';
import { z } from 'zod';
import { type DeskScene, rijswijk } from './desk-words.ts';
import type { Apis } from './houses.ts';
import { must } from './must.ts';

/* Schemes, awards, budgets and pots, and care that was given in a month that is over. */

export type MoneyPart = 'scheme' | 'mandate' | 'awarded' | 'budget' | 'pot' | 'quoted' | 'given' | 'billed';

export const municipality = '0603';
export const deciding = { accountId: 'stress municipality', municipality: rijswijk.municipality };
/** Who gives care does so on the last day of a month; the race is on the first of the next. */
export const momentsOf = (latest: Instant, parts: ReadonlySet<MoneyPart>) => {
  const now = plusMs(latest, minuteMs);
  if (!parts.has('given') && !parts.has('billed')) return { begun: now, now };
  const first = Day.parse(`${monthOf(plusMonths(dayOf(now), 1))}-01`);
  return { begun: instantOn(plusDays(first, -1), '08:00'), now: instantOn(first, '09:00') };
};
export const idsOf = (scene: DeskScene) => ({
  schemeId: SchemeId.parse(scene.id('scheme')),
  newSchemeId: SchemeId.parse(scene.id('new scheme')),
  householdId: HouseholdId.parse(scene.id('household')),
  personId: PersonId.parse(scene.id('caregiver')),
  offerId: OfferId.parse(scene.id('offer')),
  resourceId: ResourceId.parse(scene.id('resource')),
  budgetId: BudgetId.parse(scene.id('budget')),
  newBudgetId: BudgetId.parse(scene.id('new budget')),
  potId: PotId.parse(scene.id('pot')),
  policyId: PolicyId.parse(scene.id('policy')),
});
export const bookingIdOf = (scene: DeskScene, word: string) => BookingId.parse(scene.id('booking', word));
export const mandateOf = (scene: DeskScene, word: string, accountId: string) => ({
  ...{ mandateId: MandateId.parse(scene.id('mandate', word)), schemeId: idsOf(scene).schemeId, accountId },
  ...{ holder: 'Verzonnen Mens', from: dayOf(scene.now), until: plusDays(dayOf(scene.now), 90) },
});
/** Six hours at most. */
export const schemeOf = (schemeId: SchemeId, name: string) =>
  PublishScheme.parse({
    ...{ schemeId, name, municipality, source: 'S01', validFrom: '2027-01-01' },
    rules: {
      ...{ coveredForms: ['F01'], countedForms: ['F01'], cap: { kind: 'hours', hours: 6 }, periodMonths: 6 },
      ...{ contributionCentsPerMonth: 2100, extendable: true },
    },
  });
export const awardOf = (scene: DeskScene, rateCents: number, days = 0) => ({
  ...{ schemeId: idsOf(scene).schemeId, householdId: idsOf(scene).householdId, rateCents },
  ...{ startsOn: plusDays(dayOf(scene.now), days), decidedBy: deciding },
});
export const budgetOf = (scene: DeskScene, budgetId: BudgetId, amountCents: number) => ({
  ...{ budgetId, municipality: rijswijk.municipality, holderAccountId: 'stress caregiver', name: 'Vrij budget' },
  ...{ amountCents, from: plusDays(dayOf(scene.now), -5), until: plusDays(dayOf(scene.now), 90) },
});
export const spendOf = (scene: DeskScene, word: string, amountCents: number) => ({
  ...{ budgetId: idsOf(scene).budgetId, spendId: SpendId.parse(scene.id('spend', word)), amountCents },
});
export const quoteOf = (scene: DeskScene, word: string, hours: number) =>
  QuoteBooking.parse({
    ...{ bookingId: bookingIdOf(scene, word), householdId: idsOf(scene).householdId, form: 'F01', unit: 'hour' },
    ...{ quantity: hours * 100, unitPriceCents: 2300, on: plusDays(dayOf(scene.now), 3), bearer: 'guarantee' },
    ...{ municipality, reservedUntil: plusMs(scene.now, 15 * minuteMs) },
  });
export const deliveryOf = (scene: DeskScene, word: string) => ({
  ...{ bookingId: bookingIdOf(scene, word), quantity: 200 },
  deliveryId: DeliveryId.parse(derivedId(bookingIdOf(scene, word), 'delivery')),
});
/** The month in which care was given. */
export const givenIn = (scene: DeskScene) => Month.parse(monthOf(plusDays(dayOf(scene.now), -1)));

/** Two hours were given and are settled; two more were given, and nobody recorded them yet. */
const giveCare = async (scene: DeskScene) => {
  const { next, newCall, rest } = scene;
  const { offerId, resourceId, householdId } = idsOf(scene);
  const today = dayOf(scene.begun);
  const providerId = ProviderId.parse(scene.id('provider'));
  const house = { providerId, kind: 'home-care', name: 'De Linde', place: rijswijk } as const;
  must(await next().offers.registerProvider(house, newCall()));
  const offer = PublishOffer.parse({
    ...{ offerId, providerId, form: 'F01', title: 'Een blok zorg thuis', place: rijswijk, travelKm: 15 },
    ...{ unit: 'hour', conditionsServed: ['dementia'], bearer: 'guarantee', instant: true },
    tariff: { from: '2027-01-01', priceCents: 2300, vat: 'exempt' },
  });
  must(await next().offers.publishOffer(offer, newCall()));
  const opening = { resourceId, providerId, offerIds: [offerId], capacity: 1, bufferMinutes: 0, travelMinutes: 0 };
  must(await next().offers.openResource(opening, newCall()));
  const spans = [{ from: instantOn(today, '12:00'), until: instantOn(today, '20:00') }];
  must(await next().offers.publishTimes({ resourceId, spans }, newCall()));
  for (const [word, from, until] of [
    ['given', '13:00', '15:00'],
    ['to record', '16:00', '18:00'],
  ] as const) {
    const asked = RequestBooking.parse({
      ...{ bookingId: bookingIdOf(scene, word), householdId, offerId, resourceId, requestedBy: 'stress caregiver' },
      ...{ span: { from: instantOn(today, from), until: instantOn(today, until) }, placeOfService: 'recipient-home' },
    });
    must(await next().bookings.requestBooking(asked, newCall()));
    must(await next().bookings.confirmBooking({ bookingId: asked.bookingId }, newCall()));
  }
  await rest();
  scene.passTo(instantOn(today, '19:00'));
  must(await next().bookings.recordDelivery(deliveryOf(scene, 'given'), newCall()));
  await rest();
};

export const prepareMoney = async (scene: DeskScene, parts: ReadonlySet<MoneyPart>) => {
  const { next, newCall } = scene;
  const { schemeId, householdId, personId, budgetId, potId } = idsOf(scene);
  const person = { name: 'Verzonnen Persoon', place: rijswijk };
  const household = RegisterHousehold.parse({
    householdId,
    caregiver: { ...person, personId, accountId: 'stress caregiver' },
    recipient: { ...person, personId: PersonId.parse(scene.id('recipient')), conditions: ['dementia'] },
    ...{ relation: 'parent', careHoursPerWeek: 30, contactPerson: { accountId: 'stress', name: 'Verzonnen Mens' } },
    registeredBy: { accountId: 'stress caregiver', role: 'caregiver' },
  });
  must(await next().bookings.registerHousehold(household, newCall()));
  const isAwarded = parts.has('awarded') || parts.has('quoted') || parts.has('given') || parts.has('billed');
  if (parts.has('scheme') || parts.has('mandate') || isAwarded)
    must(await next().invoicing.publishScheme(schemeOf(schemeId, 'Adempauze thuis'), newCall()));
  if (parts.has('mandate'))
    must(await next().invoicing.grantSchemeMandate(mandateOf(scene, 'first', 'stress nurse'), newCall()));
  if (isAwarded) must(await next().invoicing.awardScheme(awardOf(scene, 2300, -1), newCall()));
  if (parts.has('given') || parts.has('billed')) await giveCare(scene);
  scene.passTo(scene.now);
  await scene.rest();
  if (parts.has('billed')) must(await next().invoicing.billMonth({ month: givenIn(scene) }, newCall()));
  if (parts.has('budget')) must(await next().invoicing.openBudget(budgetOf(scene, budgetId, 10_000), newCall()));
  if (parts.has('pot'))
    must(await next().invoicing.openPot({ potId, name: 'Garantiepot', municipalities: [], amountCents: 0 }, newCall()));
  if (parts.has('quoted')) must(await next().invoicing.quoteBooking(quoteOf(scene, 'quoted', 2), newCall()));
};

/** Of invoices, what is about this scene: all scenes of a month are billed together, and numbered in turn. */
export const billedOf = (scene: DeskScene, invoices: unknown) => {
  const own = new Set<string>(['given', 'to record'].map((word) => bookingIdOf(scene, word)));
  return z
    .array(InvoiceView)
    .parse(invoices)
    .flatMap(({ payer, month, lines }) =>
      lines.filter(({ bookingId }) => own.has(bookingId)).map((line) => JSON.stringify({ payer, month, ...line })),
    )
    .toSorted();
};

export const standingOfMoney = async (scene: DeskScene, { invoicing, bookings }: Apis) => {
  const { schemeId, newSchemeId, householdId, budgetId, newBudgetId, potId } = idsOf(scene);
  const { items } = await invoicing.listInvoices({ month: givenIn(scene), page: { first: 100 } });
  const { balanced } = await invoicing.trialBalance({});
  return {
    schemes: [await invoicing.findScheme({ schemeId }), await invoicing.findScheme({ schemeId: newSchemeId })],
    entitlements: await invoicing.listEntitlements({ householdId }),
    budgets: [await invoicing.findBudget({ budgetId }), await invoicing.findBudget({ budgetId: newBudgetId })],
    pots: (await invoicing.listPots({})).filter((it) => it.potId === potId),
    given: await invoicing.findClaimOfBooking({ bookingId: bookingIdOf(scene, 'given') }),
    recorded: await invoicing.findClaimOfBooking({ bookingId: bookingIdOf(scene, 'to record') }),
    billed: billedOf(
      scene,
      items.map(({ item }) => item),
    ),
    balanced,
    bookings: (await bookings.listBookings({ householdId, page: { first: 50 } })).items.map(({ item }) => item),
  };
};
