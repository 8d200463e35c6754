import { dayOf, monthOf, plusDays } from '@adempauze/kernel';
import { z } from 'zod';
import { findBooking } from '../api/care.ts';
import { listMatches } from '../api/matching.ts';
import { Id, list, listOf } from '../api/shapes.ts';
import { findNow, findRespite } from '../api/supply.ts';
import { findWaitingList, listUnmetBySource, listWishes, makeWish, type UnmetBySource } from '../api/waiting.ts';
import { book, hours, household, nights, open, providerOf, publish, yes } from '../cast.ts';
import { mutation, query } from '../graphql.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';

const village = 'Vorden';
/** Bronckhorst, in the Achterhoek. */
const municipality = '1876';

/** A11: a full farm in the village, a bed over the municipal border, the trip there and back, and nobody who looks on. */
export const shrinkingRegion: Story = {
  id: 'A11',
  title: { nl: 'De volle boerderij en het huis over de grens', en: 'The full farm and the house over the border' },
  async play(world) {
    const word = world.ids.next().slice(0, 8);
    const fatima = await world.as('fatima');
    const friday = plusDays(dayOf(await fatima.ask(findNow, {})), 38);
    const stay = nights(friday, 2);
    const sunday = plusDays(friday, 2);
    const { farm, house, transport, farmer } = await supplyOf(world, word, friday);
    const beheer = await world.as('beheer');
    const unmet = async (source: UnmetBySource['source']) =>
      (await beheer.ask(listUnmetBySource, { municipality }))
        .filter((it) => it.source === source && it.form?.id === 'F13' && it.month === monthOf(dayOf(stay.from)))
        .reduce((sum, it) => sum + it.count, 0);
    const before = { search: await unmet('SEARCH'), waiting: await unmet('WAITING') };
    // Browsing counts once a day for who browses, however often and whoever plays this; a search for a household is another.
    const searches = world.alone ? 2 : 1;

    const householdId = await household(world, fatima, { caregiver: village });
    const when = { from: friday, to: plusDays(sunday, 1) } as const;
    const weekend = { from: stay.from, until: stay.until, nights: 2 };
    const looked = await world.step(
      'fatima',
      { nl: 'bladert twee keer door logeren op een boerderij', en: 'browses twice for a stay on a farm' },
      async () => {
        const page = { near: village, maxKm: 10, forms: ['F13'], ...weekend } as const;
        await fatima.ask(browse, page);
        return fatima.ask(browse, page);
      },
      ({ nearest }) => ({
        nl: `niets; wel ${nearest?.inForm.length ?? 0} keer iets anders dichtbij`,
        en: `nothing; yet ${nearest?.inForm.length ?? 0} of another form nearby`,
      }),
    );
    if (world.alone) {
      equals(looked.edges, [], { nl: 'Wat er vrij is', en: 'What is free' });
      holds(
        looked.nearest !== null,
        'Er staat niet bij wat er het dichtst bij komt.',
        'What comes nearest is missing.',
      );
    }
    const nearby = await world.step(
      'fatima',
      { nl: 'zoekt logeren op een boerderij in de buurt', en: 'looks for a stay on a farm nearby' },
      () => fatima.ask(findRespite, { household: householdId, when, nights: 2, forms: ['F13'], maxKm: 10 }),
      (it) => ({
        nl: `niets. ${it?.misfits.map(({ offer, nl }) => `${offer.title}: ${nl}`).join(' ')}`,
        en: `nothing. ${it?.misfits.map(({ offer, en }) => `${offer.title}: ${en}`).join(' ')}`,
      }),
    );
    // Where others play too there may be more full farms than are shown.
    if (world.alone)
      equals(nearby?.misfits.find(({ offer }) => offer.id === farm)?.reason, 'FULL_THEN', {
        nl: 'Waarom de boerderij niet past',
        en: 'Why the farm does not fit',
      });
    const found = await world.step(
      'fatima',
      { nl: 'zoekt verder weg, ook in andere gemeenten', en: 'looks further away, also in other municipalities' },
      () =>
        fatima.ask(findRespite, {
          household: householdId,
          when,
          nights: 2,
          forms: ['F12', 'F13'],
          maxKm: 60,
          first: 20,
        }),
      (it) => ({
        nl:
          it?.options.map(({ hit }) => `${hit.offer.title}, ${hit.travelKm.toLocaleString('nl-NL')} km`).join('; ') ??
          '',
        en: it?.options.map(({ hit }) => `${hit.offer.title}, ${hit.travelKm} km`).join('; ') ?? '',
      }),
    );
    const distances = found?.options.map(({ hit }) => hit.travelKm) ?? [];
    equals(
      distances,
      distances.toSorted((a, b) => a - b),
      { nl: 'De volgorde naar reisafstand', en: 'The order by travel distance' },
    );
    const option = found?.options.find(({ hit }) => hit.offer.id === house);
    holds(option !== undefined, 'Het huis over de grens is niet gevonden.', 'The house over the border was not found.');
    equals(Math.round(option.hit.travelKm), 34, { nl: 'De afstand in km', en: 'The distance in km' });
    const [time] = option.hit.times;
    holds(time !== undefined, 'Er is geen tijd vrij.', 'No time is free.');

    await world.step(
      'fatima',
      {
        nl: 'wacht ook op de boerderij, of een andere die dichtbij is',
        en: 'also waits for the farm, or another one nearby',
      },
      async () => {
        const wish = { wishId: world.ids.next(), householdId, forms: ['F13'] as const, maxKm: 15, window: stay };
        return yes(await fatima.order(makeWish, wish));
      },
      ({ lists }) => ({
        nl: lists.length === 1 ? 'staat op één lijst' : `staat op ${lists.length} lijsten`,
        en: lists.length === 1 ? 'is on one list' : `is on ${lists.length} lists`,
      }),
    );
    await waitUntil(
      () => fatima.ask(listWishes, { household: householdId }),
      (waits) => waits?.waitingWishes[0]?.lists.some(({ offerId }) => offerId === farm) ?? false,
      { nl: 'De wachtlijst van de boerderij', en: 'The waiting list of the farm' },
    );
    const line = await farmer.ask(findWaitingList, { offer: farm });
    equals(
      line?.waiting.map((it) => it.householdId),
      [null],
      { nl: 'Wie er wacht, zoals de boerderij het ziet', en: 'Who waits, as the farm sees it' },
    );
    await world.step(
      'beheer',
      { nl: 'ziet de vraag die niet vervuld is', en: 'sees the demand that was not met' },
      () =>
        waitUntil(
          async () => ({ search: await unmet('SEARCH'), waiting: await unmet('WAITING') }),
          (now) => now.search >= before.search + searches && now.waiting > before.waiting,
          { nl: 'De vraag wordt geteld', en: 'The demand is counted' },
        ),
      (now) => ({
        nl: `zonder resultaat gezocht: ${now.search}; op een wachtlijst: ${now.waiting}`,
        en: `searched without result: ${now.search}; waiting: ${now.waiting}`,
      }),
    );
    if (world.alone) {
      const counted = { search: await unmet('SEARCH'), waiting: await unmet('WAITING') };
      equals(
        counted,
        { search: before.search + searches, waiting: before.waiting + 1 },
        { nl: 'De telling', en: 'The count' },
      );
    }
    await nobodyLooksOn(world, householdId);

    const stayId = world.ids.next();
    const trip = (leg: 'THERE' | 'BACK', from: string) => ({
      ...{ kind: 'BOOKING' as const, ...transport, placeOfService: 'PROVIDER' as const },
      span: hours(leg === 'THERE' ? friday : sunday, from, 1),
      tripOf: { partId: stayId, leg },
    });
    const planned = await world.step(
      'fatima',
      { nl: 'kiest het huis, met de rit erheen en terug', en: 'chooses the house, with the trip there and back' },
      async () =>
        yes(
          await fatima.order(planArrangement, {
            arrangementId: world.ids.next(),
            householdId,
            purpose: 'Een weekend slapen.',
            parts: [
              {
                ...{ partId: stayId, kind: 'BOOKING', offerId: house, resourceId: time.resourceId },
                ...{ placeOfService: 'PROVIDER', span: time.span },
              },
              trip('THERE', '13:30'),
              trip('BACK', '11:30'),
            ],
          }),
        ),
      ({ parts }) => ({ nl: `${parts.length} onderdelen vastgehouden`, en: `${parts.length} parts held` }),
    );
    equals(
      planned.parts.map(({ status }) => status),
      ['HELD', 'HELD', 'HELD'],
      { nl: 'Het plan', en: 'The plan' },
    );
    const confirmed = await world.step(
      'fatima',
      { nl: 'zegt één keer ja', en: 'says yes once' },
      async () => yes(await fatima.order(confirmArrangement, { arrangementId: planned.id })),
      ({ parts }) => ({
        nl: `${parts.filter(({ status }) => status === 'AGREED').length} van 3 geregeld`,
        en: `${parts.filter(({ status }) => status === 'AGREED').length} of 3 arranged`,
      }),
    );
    for (const { ref } of confirmed.parts) {
      const booking = ref === null ? null : await fatima.ask(findBooking, { id: ref });
      equals(booking?.status, 'CONFIRMED', { nl: 'Elk onderdeel', en: 'Each part' });
    }
  },
};

/** A farm in the village whose one bed is taken, two houses in other municipalities, and a taxi that drives both days. */
const supplyOf = async (world: World, word: string, friday: ReturnType<typeof dayOf>) => {
  const stay = nights(friday, 2);
  const farmer = await providerOf(world, 'bij-saskia');
  const houses = await providerOf(world, 'duinroos');
  const driver = await providerOf(world, 'de-vliet');
  const shared = { bearer: 'GUARANTEE', priceCents: 148_00 } as const;
  const farm = await publish(world, farmer, {
    ...shared,
    form: 'F13',
    title: `Zorgboerderij (${word})`,
    place: village,
  });
  const bed = await open(world, farmer, [farm], [stay]);
  const els = await world.as('els');
  const guest = { householdId: await household(world, els), placeOfService: 'PROVIDER' } as const;
  await book(world, els, { ...guest, offerId: farm, resourceId: bed, span: stay });
  const near = await publish(world, houses, {
    ...shared,
    form: 'F12',
    title: `Logeerhuis (${word})`,
    place: 'Apeldoorn',
  });
  await open(world, houses, [near], [stay], 2);
  const far = await publish(world, houses, { ...shared, form: 'F12', title: `Verder weg (${word})`, place: 'Aalten' });
  await open(world, houses, [far], [stay], 2);
  const taxi = await publish(world, driver, {
    ...{ form: 'F24', title: `Vervoer op maat (${word})`, place: village, bearer: 'GUARANTEE', priceCents: 41_00 },
  });
  const drives = [hours(friday, '12:00', 6), hours(plusDays(friday, 2), '09:00', 6)];
  const transport = { offerId: taxi, resourceId: await open(world, driver, [taxi], drives) };
  return { farm, house: near, transport, farmer };
};

/** Before the yes no neighbour, no volunteer organisation and no provider knows of it (R51, X21). */
const nobodyLooksOn = async (world: World, householdId: string): Promise<void> => {
  const seen: Record<string, number> = {};
  for (const account of ['carla', 'duinroos', 'de-vliet', 'bij-saskia', 'jan'] as const) {
    const session = await world.as(account);
    const theirs = await session.ask(listWishes, { household: householdId });
    const asked = await session.ask(listHouseholds, { first: 100 });
    const count = asked.items.filter((it) => it.householdId === householdId).length;
    if (theirs !== null || count > 0) seen[account] = count;
  }
  const carla = await world.as('carla');
  const queue = await carla.ask(listMatches, { status: ['OPEN', 'PROPOSED'], first: 100 });
  const wanted = await Promise.all(queue.items.map(({ bookingId }) => carla.ask(findHouseholdOf, { id: bookingId })));
  if (wanted.some((it) => it?.householdId === householdId)) seen.volunteers = 1;
  equals(seen, {}, { nl: 'Wie er meekijkt', en: 'Who looks on' });
};
const OfHousehold = z.object({ householdId: Id });
const listHouseholds = query<{ first: number }, ReturnType<typeof listOf<typeof OfHousehold>>>(
  'bookings',
  `query Whose($first: Int) { bookings(first: $first) ${list('{ householdId }')} }`,
  listOf(OfHousehold),
);
const findHouseholdOf = query<{ id: string }, z.ZodNullable<typeof OfHousehold>>(
  'booking',
  'query WhoseIsIt($id: ID!) { booking(id: $id) { householdId } }',
  OfHousehold.nullable(),
);

const Nearby = z.array(z.object({ reasons: z.array(z.string()) }));
const Browsed = z.object({
  edges: z.array(z.object({ cursor: z.string() })),
  nearest: z.object({ inTime: Nearby, inPlace: Nearby, inForm: Nearby }).nullable(),
});
const browse = query<
  { near: string; maxKm: number; forms: readonly ['F13']; from: string; until: string; nights: number },
  typeof Browsed
>(
  'searchOffers',
  `query Browse($near: String!, $maxKm: Float, $forms: [FormId!], $from: Instant!, $until: Instant!, $nights: Int) {
     searchOffers(near: $near, maxKm: $maxKm, forms: $forms, from: $from, until: $until, nights: $nights) {
       edges { cursor } nearest { inTime { reasons } inPlace { reasons } inForm { reasons } } } }`,
  Browsed,
);

const Plan = z.object({
  id: Id,
  parts: z.array(z.object({ partId: z.string(), ref: Id.nullable(), status: z.string() })),
});
const plan = '{ id parts { partId ref status } }';
type Part = {
  readonly partId?: string;
  readonly kind: 'BOOKING';
  readonly offerId: string;
  readonly resourceId: string;
  readonly placeOfService: 'PROVIDER';
  readonly span: { readonly from: string; readonly until: string };
  readonly tripOf?: { readonly partId: string; readonly leg: 'THERE' | 'BACK' };
};
const planArrangement = mutation<
  { arrangementId: string; householdId: string; purpose: string; parts: readonly Part[] },
  typeof Plan
>('planArrangement', 'arrangement', plan, Plan);
const confirmArrangement = mutation<{ arrangementId: string }, typeof Plan>(
  'confirmArrangement',
  'arrangement',
  plan,
  Plan,
);
