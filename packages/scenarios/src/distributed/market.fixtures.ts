import { dayOf, hourMs, plusDays, plusMs } from '@adempauze/kernel';
import { registerHousehold } from '../api/care.ts';
import type { Span } from '../api/shapes.ts';
import { findNow, type NewOffer, openResource, publishOffer, publishTimes } from '../api/supply.ts';
import { hours, registered, yes } from '../cast.ts';
import type { Client, Session } from '../client.ts';
import type { Ids } from '../ids.ts';

/** An hour of a worker that can be booked once. */
export type Slot = { readonly offerId: string; readonly resourceId: string; readonly span: Span };
export type Family = { readonly session: Session; readonly householdId: string };

/** An hour of care at home, instant, for which the guarantee pays. */
export const newOffer = (offerId: string, from: string, title: string): NewOffer => ({
  offerId,
  form: 'F01',
  title,
  place: 'Rijswijk',
  travelKm: 50,
  conditionsServed: ['FRAILTY'],
  unit: 'HOUR',
  bearer: 'GUARANTEE',
  instant: true,
  minMinutes: 60,
  tariff: { from, priceCents: 45_00, vat: 'EXEMPT' },
});

const slotsPerWorker = 50;

/** So many hours that can be booked, of several workers, in the days to come. */
export const publishSlots = async (client: Client, ids: Ids, count: number): Promise<Slot[]> => {
  const provider = await registered(await client.as('de-vliet'), 'de-vliet');
  const now = await provider.ask(findNow, {});
  const offerId = ids.next();
  yes(await provider.order(publishOffer, newOffer(offerId, dayOf(now), 'Blokzorg met veel uren')));
  const firstDay = plusDays(dayOf(plusMs(now, 24 * hourMs)), 1);
  const slots: Slot[] = [];
  while (slots.length < count) {
    const resourceId = ids.next();
    const spans = Array.from({ length: Math.min(slotsPerWorker, count - slots.length) }, (_, index) =>
      hours(plusDays(firstDay, Math.floor(index / 10)), `${String(8 + (index % 10)).padStart(2, '0')}:00`, 1),
    );
    yes(await provider.order(openResource, { resourceId, offerIds: [offerId], capacity: 1 }));
    yes(await provider.order(publishTimes, { resourceId, spans }));
    slots.push(...spans.map((span) => ({ offerId, resourceId, span })));
  }
  return slots;
};

/** One household each for the caregivers who can sign in. */
export const registerFamilies = async (client: Client, ids: Ids): Promise<Family[]> =>
  Promise.all(
    ['fatima', 'jan', 'els'].map(async (account) => {
      const session = await client.as(account);
      const householdId = ids.next();
      yes(
        await session.order(registerHousehold, {
          householdId,
          caregiver: { name: `Mantelzorger ${account}`, place: 'Rijswijk' },
          recipient: { name: `Naaste van ${account}`, place: 'Rijswijk', conditions: ['FRAILTY'] },
          relation: 'PARTNER',
          careHoursPerWeek: 20,
        }),
      );
      return { session, householdId };
    }),
  );
