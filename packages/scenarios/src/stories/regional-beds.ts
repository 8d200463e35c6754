import { Day, dayOf, plusDays } from '@adempauze/kernel';
import { confirmBooking, requestBooking } from '../api/care.ts';
import {
  closeDays,
  findNow,
  findRegionalBeds,
  findResource,
  findRespite,
  overrideCapacity,
  setAvailability,
  setCapacity,
} from '../api/supply.ts';
import { book, household, nights, open, providerOf, publish, yes } from '../cast.ts';
import { equals, holds } from '../story-error.ts';
import type { Story } from '../world.ts';
import { statusInWords } from './tell.ts';

/**
 * S47, S61: volunteers who come for three days and two nights at least, anywhere; and beds of a region in one calendar, fewer
 * in August, none at Christmas, and one more when the house knowingly makes room.
 */
export const regionalBeds: Story = {
  id: 'S61',
  title: { nl: 'Eén agenda voor alle bedden', en: 'One calendar for all beds' },
  async play(world) {
    const today = dayOf(await (await world.as('nora')).ask(findNow, {}));
    // Rules reach four hundred days ahead, so it is the next summer, whichever year it is.
    const year = Number(today.slice(0, 4)) + (today.slice(5) > '07-20' ? 1 : 0);
    const august = Day.parse(`${year}-08-03`);
    const christmas = Day.parse(`${year}-12-25`);
    const word = world.ids.next().slice(0, 8);
    const duinroos = await providerOf(world, 'duinroos');
    const shared = { place: 'Noordwijk', bearer: 'GUARANTEE', priceCents: 175_55 } as const;
    const offerId = await publish(world, duinroos, { form: 'F12', title: `De Duinroos (${word})`, ...shared });
    const resourceId = await world.step(
      'duinroos',
      {
        nl: 'zet zeven bedden open met één regel; in augustus vijf, en met kerst dicht',
        en: 'opens seven beds with one rule; five in August, and closed at Christmas',
      },
      async () => {
        const id = await open(world, duinroos, [offerId], [nights(plusDays(today, 2), 1)], 7);
        const rule = { kind: 'STAY', opensAt: '15:00', closesAt: '11:00', startsOn: plusDays(today, 2) } as const;
        yes(await duinroos.order(setAvailability, { resourceId: id, rules: [rule], aheadDays: 400, holidays: 'OPEN' }));
        const span = { from: nights(august, 1).from, until: nights(plusDays(august, 28), 1).until };
        yes(await duinroos.order(setCapacity, { resourceId: id, capacity: 5, span }));
        yes(
          await duinroos.order(closeDays, {
            resourceId: id,
            from: plusDays(christmas, -1),
            until: plusDays(christmas, 2),
          }),
        );
        return id;
      },
      () => ({ nl: 'te boeken tot ruim een jaar vooruit', en: 'open for more than a year ahead' }),
    );
    const nora = await world.as('nora');
    const bedsOn = async (day: string) => {
      const from = day as typeof august;
      const houses = await nora.ask(findRegionalBeds, { near: 'Leiden', maxKm: 60, from, until: plusDays(from, 1) });
      const [night] = houses.find((it) => it.offerId === offerId)?.nights ?? [];
      return `${night?.free} van ${night?.capacity}`;
    };
    const beds = await world.step(
      'nora',
      { nl: 'kijkt in de regionale agenda', en: 'looks at the regional calendar' },
      async () => [await bedsOn(plusDays(august, -10)), await bedsOn(plusDays(august, 7)), await bedsOn(christmas)],
      (it) => ({ nl: `vrij: ${it.join(', ')}`, en: `free: ${it.join(', ').replaceAll(' van ', ' of ')}` }),
    );
    equals(beds.slice(0, 2), ['7 van 7', '5 van 5'], { nl: 'De vrije bedden', en: 'The free beds' });
    holds(beds[2]?.startsWith('0') === true, 'Met kerst is er een bed vrij.', 'There is a bed at Christmas.');

    const fatima = await world.as('fatima');
    const householdId = await household(world, fatima, { caregiver: 'Leiden' });
    const stay = { offerId, resourceId, span: nights(plusDays(august, 7), 2), placeOfService: 'PROVIDER' } as const;
    for (let bed = 0; bed < 5; bed += 1) await book(world, fatima, { householdId, ...stay });
    const bookingId = world.ids.next();
    const refused = await fatima.order(requestBooking, { bookingId: world.ids.next(), householdId, ...stay });
    equals(refused.accepted ? 'yes' : refused.rejection.code, 'place-taken', {
      nl: 'Het zesde bed',
      en: 'The sixth bed',
    });
    await world.step(
      'duinroos',
      {
        nl: 'maakt bewust plaats voor een zesde gast, met een reden',
        en: 'knowingly makes room for a sixth guest, with a reason',
      },
      async () => {
        const { span } = stay;
        yes(
          await duinroos.order(overrideCapacity, {
            ...{ resourceId, bookingId, householdId, offerId, span, reason: 'EXTRA_STAFF' },
          }),
        );
        yes(await fatima.order(requestBooking, { bookingId, householdId, ...stay }));
        return yes(await fatima.order(confirmBooking, { bookingId }));
      },
      ({ status }) => statusInWords(status),
    );
    const resource = await duinroos.ask(findResource, { id: resourceId });
    equals(resource?.occupied.length, 6, { nl: 'Het aantal gasten', en: 'The number of guests' });
    equals(
      resource?.occupied.flatMap(({ bookingId: id, override }) =>
        override === null ? [] : [[id === bookingId, override]],
      ),
      [[true, 'EXTRA_STAFF']],
      { nl: 'Voor wie bewust plaats is gemaakt, en waarom', en: 'For whom room was made knowingly, and why' },
    );

    const volunteers = await publish(world, duinroos, {
      ...{ form: 'F04', title: `Iemand die intrekt (${word})`, ...shared, nationwide: true, minNights: 2 },
    });
    await open(world, duinroos, [volunteers], [nights(plusDays(august, -3), 21)]);
    const weekend = (count: number) =>
      nora.ask(findRespite, { near: 'Groningen', when: { weekend: august }, nights: count, forms: ['F04'], first: 50 });
    const [one, two] = await world.step(
      'nora',
      {
        nl: 'zoekt vervanging thuis in Groningen, eerst één nacht, dan twee',
        en: 'looks for live-in care in Groningen, one night, then two',
      },
      async () => [await weekend(1), await weekend(2)] as const,
      (it) => ({
        nl: `${it[0]?.options.length} en ${it[1]?.options.length} gevonden`,
        en: `${it[0]?.options.length} and ${it[1]?.options.length} found`,
      }),
    );
    const has = (it: typeof one) => it?.options.some(({ hit }) => hit.offer.id === volunteers) ?? false;
    equals([has(one), has(two)], [false, true], {
      nl: 'Voor één en voor twee nachten',
      en: 'For one and for two nights',
    });
  },
};
