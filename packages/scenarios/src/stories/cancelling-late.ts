import { dayOf, plusDays } from '@adempauze/kernel';
import { z } from 'zod';
import { cancelBooking } from '../api/care.ts';
import { Id } from '../api/shapes.ts';
import { findNow } from '../api/supply.ts';
import { book, cancel, hours, household, open, providerOf, publish, settled, yes } from '../cast.ts';
import { mutation, query } from '../graphql.ts';
import { costs, equals, holds } from '../story-error.ts';
import type { Story } from '../world.ts';
import { both, statusInWords, sumOf, tellSplit } from './tell.ts';

/** Cancelling per stated terms: free in time; late it says what it costs, and costs no more than that. */
export const cancellingLate: Story = {
  id: 'late',
  title: { nl: 'Afzeggen zoals afgesproken', en: 'Cancelling as agreed' },
  async play(world) {
    const saskia = await providerOf(world, 'bij-saskia');
    const today = dayOf(await saskia.ask(findNow, {}));
    const [soon, later] = [plusDays(today, 2), plusDays(today, 20)];
    const offerId = await publish(world, saskia, {
      ...{
        form: 'F03',
        title: `Thuis overgenomen (${world.ids.next().slice(0, 8)})`,
        place: 'Rijswijk',
        bearer: 'OWN',
      },
      ...{ priceCents: 35_55, cancellation: { freeUntilHours: 96, lateSharePercent: 50 } },
    });
    const resourceId = await open(world, saskia, [offerId], [hours(soon, '09:00', 8), hours(later, '09:00', 8)]);
    const els = await world.as('els');
    const wish = {
      ...{ householdId: await household(world, els), offerId, resourceId },
      placeOfService: 'RECIPIENT_HOME' as const,
    };
    const early = await book(world, els, { ...wish, span: hours(later, '10:00', 3) });
    costs((await els.ask(findCost, { id: early.id }))?.cancelCostCents ?? -1, 0, {
      nl: 'Wat afzeggen kost, drie weken van tevoren',
      en: 'What cancelling costs three weeks ahead',
    });
    await cancel(els, early.id);

    const morning = await book(world, els, { ...wish, span: hours(soon, '09:00', 3) });
    const booking = await book(world, els, { ...wish, span: hours(soon, '13:00', 3) });
    const cost = await world.step(
      'els',
      {
        nl: 'wil twee dagen van tevoren afzeggen, en leest wat dat kost',
        en: 'wants to cancel two days ahead, and reads what it costs',
      },
      () => els.ask(findCost, { id: booking.id }),
      (it) =>
        both(
          it?.cancelCostCents ?? 0,
          (cents) => `${cents}: de helft van de prijs`,
          (cents) => `${cents}: half of the price`,
        ),
    );
    // 3 hours at EUR 35.55 are EUR 106.65; half of it is EUR 53.325.
    costs(cost?.cancelCostCents ?? -1, 53_33, { nl: 'Wat afzeggen kost', en: 'What cancelling costs' });
    const unaware = await els.order(cancelBooking, { bookingId: morning.id });
    equals(unaware.accepted ? 'yes' : unaware.rejection.code, 'cancelling-costs', {
      nl: 'Afzeggen zonder ja op het bedrag',
      en: 'Cancelling without a yes to the amount',
    });
    await world.step(
      'els',
      { nl: 'zegt ja tegen dat bedrag, en zegt af', en: 'says yes to that amount, and cancels' },
      async () => yes(await els.order(cancelKnowing, { bookingId: booking.id, acceptCostCents: 53_33 })),
      ({ status }) => statusInWords(status),
    );
    const { lines } = await settled(els, booking.id);
    holds(lines !== null, 'Els ziet de kosten niet.', 'Els does not see the cost.');
    tellSplit(world, lines);
    costs(sumOf(lines, 'OWN'), 53_33, { nl: 'Wat Els betaalt', en: 'What Els pays' });
    costs(sumOf(lines, 'OWN', 'GUARANTEE', 'SCHEME', 'INSURANCE'), 53_33, {
      nl: 'Wat de aanbieder krijgt',
      en: 'What the provider is owed',
    });
  },
};

const Cost = z.object({ cancelCostCents: z.int().nullable(), freeCancelUntil: z.string().nullable() });
const findCost = query<{ id: string }, z.ZodNullable<typeof Cost>>(
  'booking',
  'query CancelCost($id: ID!) { booking(id: $id) { cancelCostCents freeCancelUntil } }',
  Cost.nullable(),
);
const Cancelled = z.object({ id: Id, status: z.string() });
const cancelKnowing = mutation<{ bookingId: string; acceptCostCents: number }, typeof Cancelled>(
  'cancelBooking',
  'booking',
  '{ id status }',
  Cancelled,
);
