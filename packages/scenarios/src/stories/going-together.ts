import { dayOf, plusDays } from '@adempauze/kernel';
import { z } from 'zod';
import { requestBooking } from '../api/care.ts';
import { Id } from '../api/shapes.ts';
import { findNow } from '../api/supply.ts';
import { confirm, hours, household, open, providerOf, publish, request, yes } from '../cast.ts';
import { mutation, query } from '../graphql.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story } from '../world.ts';
import { statusInWords } from './tell.ts';

/**
 * R24: away together. The caregiver comes along to an afternoon of music where the offer is for that, on the one place of the
 * booking; the house reads it when it decides, and it can change until it begins.
 */
export const goingTogether: Story = {
  id: 'R24',
  title: { nl: 'Samen erop uit', en: 'Out together' },
  async play(world) {
    const duinroos = await providerOf(world, 'duinroos');
    const day = plusDays(dayOf(await duinroos.ask(findNow, {})), 12);
    const name = world.ids.next().slice(0, 8);
    const shared = { place: 'Rijswijk', bearer: 'GUARANTEE', priceCents: 15_00, instant: false } as const;
    const music = await publish(world, duinroos, {
      ...{ ...shared, form: 'F18', title: `Muziekmiddag (${name})`, caregiverJoins: 'OPTIONAL' },
    });
    const alone = await publish(world, duinroos, { ...shared, form: 'F17', title: `Dagopvang (${name})` });
    // One place is left, and one is enough for the two of them.
    const span = hours(day, '13:00', 4);
    const resourceId = await open(world, duinroos, [music, alone], [span]);
    const els = await world.as('els');
    const wish = {
      ...{ householdId: await household(world, els), resourceId, span },
      ...({ placeOfService: 'PROVIDER', caregiverJoins: true } as const),
    };
    const refused = await els.order(requestBooking, { bookingId: world.ids.next(), offerId: alone, ...wish });
    equals(refused.accepted ? 'yes' : refused.rejection.code, 'caregiver-cannot-join', {
      nl: 'Mee naar de dagopvang',
      en: 'Along to the day care',
    });

    const held = await world.step(
      'els',
      { nl: 'vraagt de muziekmiddag aan, voor hen samen', en: 'asks for the afternoon of music, for the two of them' },
      () => request(world, els, { ...wish, offerId: music }),
      ({ quote }) => ({
        nl: `één plek vastgehouden, zelf betalen EUR ${quote.ownCostCents}`,
        en: `one place is held, EUR ${quote.ownCostCents} to pay`,
      }),
    );
    await confirm(els, held.id);
    const read = await world.step(
      'duinroos',
      { nl: 'leest bij de aanvraag dat er twee mensen komen', en: 'reads with the request that two people come' },
      () => duinroos.ask(findTogether, { id: held.id }),
      (it) => ({
        nl: it?.brief?.caregiverJoins ? 'de mantelzorger komt mee' : 'de naaste komt alleen',
        en: it?.brief?.caregiverJoins ? 'the caregiver comes along' : 'the recipient comes alone',
      }),
    );
    equals([read?.caregiverJoins, read?.brief?.caregiverJoins], [true, true], {
      nl: 'Wat De Duinroos leest',
      en: 'What De Duinroos reads',
    });
    await world.step(
      'els',
      { nl: 'blijft toch thuis', en: 'stays at home after all' },
      async () => yes(await els.order(setCaregiverJoins, { bookingId: held.id, caregiverJoins: false })),
      ({ status }) => ({
        nl: `de aanvraag blijft staan (${statusInWords(status).nl})`,
        en: `the request stands as it was (${statusInWords(status).en})`,
      }),
    );
    const now = await waitUntil(
      () => duinroos.ask(findTogether, { id: held.id }),
      (it) => it?.caregiverJoins === false,
      { nl: 'De Duinroos leest het', en: 'De Duinroos reads it' },
    );
    holds(now?.brief?.caregiverJoins === false, 'De briefing zegt iets anders.', 'The brief says otherwise.');
  },
};

const Together = z.object({
  caregiverJoins: z.boolean(),
  brief: z.object({ caregiverJoins: z.boolean() }).nullable(),
});
const findTogether = query<{ id: string }, z.ZodNullable<typeof Together>>(
  'booking',
  'query Together($id: ID!) { booking(id: $id) { caregiverJoins brief { caregiverJoins } } }',
  Together.nullable(),
);
const Said = z.object({ id: Id, status: z.string() });
const setCaregiverJoins = mutation<{ bookingId: string; caregiverJoins: boolean }, typeof Said>(
  'setCaregiverJoins',
  'booking',
  '{ id status }',
  Said,
);
