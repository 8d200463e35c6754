import { PlanStay, type PricePayer, type Quote, RequestSeries } from '@adempauze/contracts';
import { hourMs, type Outcome, plusMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  afternoon,
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  requestOf,
  resourceIdOf,
  seriesIdOf,
  stayIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const bookingId = bookingIdOf('one');
const offered = { offerId: offerIdOf('own-account'), resourceId: resourceIdOf('own-account') };
const payerPrices: { payer: PricePayer; unitPriceCents: number; priceCents: number; vat: 'standard' }[] = [
  { payer: 'insurer', unitPriceCents: 4600, priceCents: 18_400, vat: 'standard' },
  { payer: 'caregiver', unitPriceCents: 3000, priceCents: 12_000, vat: 'standard' },
];

/** An offer with prices per payer, and an invoicing that says who pays first. */
const open = async (quoteBooking: (asked: Asked) => Promise<Quote>, prices = payerPrices) => {
  const asked: Asked[] = [];
  const world = await openWorld({
    capacity: 5,
    async quoteBooking(input) {
      asked.push(input);
      return { accepted: true, position: undefined, value: await quoteBooking(input) };
    },
  });
  worlds.push(world);
  const { holdPlace, holdPlaces, findOffer } = world.offers;
  const calls: string[] = [];
  const own = prices.length === 0 ? {} : { payerPrices: prices };
  world.offers.holdPlace = async (it, context) => {
    calls.push('holdPlace');
    const held = await holdPlace(it, context);
    return held.accepted ? { ...held, value: { ...held.value, ...own } } : held;
  };
  world.offers.holdPlaces = async (it, context) => {
    calls.push('holdPlaces');
    const places = await holdPlaces(it, context);
    if (!places.accepted) return places;
    const held = places.value.held.map(({ terms, ...rest }) => ({ ...rest, terms: { ...terms, ...own } }));
    return { ...places, value: { ...places.value, held } };
  };
  world.offers.findOffer = async (it) => {
    calls.push('findOffer');
    return findOffer(it);
  };
  await world.api.registerHousehold(fatima(), world.call());
  return { world, asked, calls };
};
type Asked = Parameters<NonNullable<Parameters<typeof openWorld>[0]>['quoteBooking'] & {}>[0];

const paidBy = (pricedFor: PricePayer | undefined, ownCostCents: number): Quote => ({
  ...{ ownCostCents, coverage: 'partly', lines: [], refusals: [] },
  ...(pricedFor === undefined ? {} : { pricedFor }),
});

test('the price of who pays first is the price of the booking, for its quote, its delivery and a later time', async () => {
  const { world, asked, calls } = await open(async () => paidBy('insurer', 4600));
  const { api } = world;
  const held = accepted(await api.requestBooking(requestOf(bookingId, offered), world.call()));
  const own = { unitPriceCents: 4600, priceCents: 18_400, vat: 'standard', ownPrice: true };
  expect(held).toMatchObject({ terms: own, quote: { pricedFor: 'insurer', ownCostCents: 4600 } });
  expect(held.terms).not.toHaveProperty('payerPrices');
  expect(asked).toMatchObject([
    {
      unitPriceCents: 4000,
      payerPrices: [
        { payer: 'insurer', unitPriceCents: 4600 },
        { payer: 'caregiver', unitPriceCents: 3000 },
      ],
    },
  ]);
  // Who pays is known without another question to anybody, and who gives the care is not told.
  expect(calls).toEqual(['holdPlace']);

  accepted(await api.confirmBooking({ bookingId }, world.call()));
  const span = { from: plusMs(afternoon.from, 24 * hourMs), until: plusMs(afternoon.until, 24 * hourMs) };
  const moved = accepted(await api.rescheduleBooking({ bookingId, span }, world.call()));
  expect(moved).toMatchObject({ span, terms: held.terms, quote: held.quote });
  expect(asked).toHaveLength(1);
  await world.settled();
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('each date of a series has the price of who pays first on its day', async () => {
  const { world, asked } = await open(async ({ on }) =>
    on < '2027-05-15' ? paidBy('insurer', 4600) : paidBy('caregiver', 12_000),
  );
  const rule = { from: '2027-05-10', until: '2027-05-24', startsAt: '13:00', endsAt: '17:00' };
  const series = RequestSeries.parse({
    ...{ seriesId: seriesIdOf('one'), householdId: householdIdOf('fatima'), ...offered, rule },
    ...{ placeOfService: 'recipient-home', requestedBy: 'account-fatima' },
  });
  const { dates } = accepted(await world.api.requestSeries(series, world.call()));
  const prices = [];
  for (const { bookingId: id } of dates) {
    const booking = id === null ? undefined : await world.api.findBooking({ bookingId: id });
    prices.push([booking?.quote.pricedFor, booking?.terms.priceCents]);
  }
  expect(prices).toEqual([
    ['insurer', 18_400],
    ['caregiver', 12_000],
    ['caregiver', 12_000],
  ]);
  expect(asked).toHaveLength(3);
});

test('each step of a stay has the price of who pays first on its day', async () => {
  const { world, asked } = await open(async ({ on, payerPrices: prices }) =>
    paidBy(prices === undefined ? undefined : on < '2027-05-10' ? 'insurer' : 'caregiver', 0),
  );
  const span = (from: string, until: string) => ({ from: at(from), until: at(until) });
  const plan = PlanStay.parse({
    ...{ stayId: stayIdOf('one'), householdId: householdIdOf('fatima'), offerId: offerIdOf('guest-house') },
    ...{ resourceId: resourceIdOf('beds'), purpose: 'Slapen.', requestedBy: 'account-fatima' },
    span: span('2027-05-12T13:00:00Z', '2027-05-17T09:00:00Z'),
    steps: [
      { kind: 'part-day', span: span('2027-05-03T08:00:00Z', '2027-05-03T12:00:00Z') },
      { kind: 'night', span: span('2027-05-06T13:00:00Z', '2027-05-07T09:00:00Z') },
    ],
  });
  const { steps } = accepted(await world.api.planStay(plan, world.call()));
  const prices = [];
  for (const { bookingId: id } of steps) {
    const booking = id === null ? undefined : await world.api.findBooking({ bookingId: id });
    prices.push([booking?.terms.step, booking?.quote.pricedFor, booking?.terms.unitPriceCents]);
  }
  expect(prices).toEqual([
    ['part-day', 'insurer', 4600],
    ['night', 'insurer', 4600],
    [undefined, 'caregiver', 3000],
  ]);
  expect(asked).toHaveLength(3);
});

test('without an answer, or with a payer without a price of their own, it is the price for everybody', async () => {
  const down = await open(() => Promise.reject(new UnavailableError('down')));
  const silent = await open(() => new Promise(() => {}));
  const other = await open(async () => paidBy('municipality', 0));
  const none = await open(async () => paidBy(undefined, 16_000), []);
  for (const { world } of [down, silent, other, none]) {
    const held = accepted(await world.api.requestBooking(requestOf(bookingId, offered), world.call()));
    expect(held.terms).toMatchObject({ unitPriceCents: 4000, priceCents: 16_000 });
    expect(held.terms).not.toHaveProperty('ownPrice');
    expect(held.terms).not.toHaveProperty('payerPrices');
  }
  for (const { world } of [down, silent]) {
    const quote = (await world.api.findBooking({ bookingId }))?.quote;
    expect(quote).toMatchObject({ coverage: 'unknown', ownCostCents: 16_000 });
    expect(world.warnings).toHaveLength(1);
  }
  expect(none.asked[0]).not.toHaveProperty('payerPrices');
  expect(none.calls).toEqual(['holdPlace']);
});
