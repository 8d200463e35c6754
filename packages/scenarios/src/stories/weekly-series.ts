import { dayOf, instantOn, minutesBetween, mondayOf, plusDays, wallTimeOf } from '@adempauze/kernel';
import { findClaim, registerHousehold } from '../api/care.ts';
import { confirmSeries, findSeries, requestSeries } from '../api/plans.ts';
import { findNow, findViewer } from '../api/supply.ts';
import { book, deliver, hours, household, open, providerOf, publish, yes } from '../cast.ts';
import { equals, holds } from '../story-error.ts';
import type { Story } from '../world.ts';
import { declinedAtOnce } from './declined-at-once.ts';
import { allAfternoons } from './familiar-faces.ts';

/**
 * A01: an older partner who never asked. The case manager arranges it, with a mandate on record: one block a week with one
 * volunteer, for half a year, in one sitting, over a clock change and around a Tuesday that was taken already. Another
 * provider said no to the whole of it before, at once and with one reason.
 */
export const weeklySeries: Story = {
  id: 'A01',
  title: {
    nl: 'Een half jaar lang elke week hetzelfde gezicht',
    en: 'The same face every week for half a year',
  },
  async play(world) {
    const carla = await providerOf(world, 'carla');
    const now = await carla.ask(findNow, {});
    // A Tuesday some four weeks from now; half a year always has a change of the clocks in it.
    const first = plusDays(mondayOf(dayOf(now)), 29);
    const last = plusDays(first, 26 * 7);
    const offerId = await publish(world, carla, {
      ...{ form: 'F01', title: 'Een vast blok met Vera', place: 'Delft', priceCents: 0, vat: 'OUTSIDE' },
      bearer: 'GUARANTEE',
    });
    const weeks = Array.from({ length: 30 }, (_, week) => hours(plusDays(first, 7 * week), '12:00', 6));
    const resourceId = await open(world, carla, [offerId], weeks);

    // Somebody else has the third Tuesday.
    const jan = await world.as('jan');
    const taken = hours(plusDays(first, 14), '14:00', 2);
    await book(world, jan, {
      ...{ householdId: await household(world, jan), offerId, resourceId, span: taken },
      placeOfService: 'RECIPIENT_HOME',
    });

    const nora = await world.as('nora');
    const { accountId } = await nora.ask(findViewer, {});
    const householdId = world.ids.next();
    const seriesId = world.ids.next();
    const rule = { from: first, until: last, startsAt: '13:30', endsAt: '17:00' };
    const purpose = 'Elke week naar haar zus.';
    await world.step(
      'nora',
      { nl: 'tekent het verhaal op', en: 'writes the story down' },
      async () =>
        yes(
          await nora.order(registerHousehold, {
            householdId,
            caregiver: { name: 'De vrouw in dit verhaal', place: 'Rijswijk', phone: '0612345678' },
            recipient: { name: 'Haar man', place: 'Rijswijk', conditions: ['DEMENTIA'] },
            ...{ relation: 'PARTNER', careHoursPerWeek: 60, needProfile: 'Een middag naar haar zus.' },
            contactPerson: { accountId, name: 'Nora', organisation: 'Wijkteam' },
          }),
        ),
      () => ({ nl: 'één keer verteld', en: 'told once' }),
    );
    await declinedAtOnce(world, nora, { householdId, rule, purpose }, offerId);
    const held = await world.step(
      'nora',
      {
        nl: 'vraagt 27 dinsdagen van 13.30 tot 17.00 uur bij dezelfde vrijwilliger',
        en: 'asks for 27 Tuesdays from 13:30 to 17:00 with the same volunteer',
      },
      async () => {
        const place = { offerId, resourceId, placeOfService: 'RECIPIENT_HOME' } as const;
        return yes(await nora.order(requestSeries, { seriesId, householdId, rule, purpose, ...place }));
      },
      ({ dates, ownCostCents }) => {
        const count = dates.filter(({ status }) => status === 'HELD').length;
        const no = dates.find(({ skipped }) => skipped !== null);
        return {
          nl: `${count} staan vast, zelf betalen EUR ${ownCostCents}; ${no?.on} niet: ${no?.skipped?.nl}`,
          en: `${count} are held, EUR ${ownCostCents} to pay; not ${no?.on}: ${no?.skipped?.en}`,
        };
      },
    );
    const skipped = held.dates.filter((it) => it.skipped !== null);
    equals(
      skipped.map(({ on, skipped: no }) => [on, no?.code]),
      [[dayOf(taken.from), 'place-taken']],
      { nl: 'De dagen die niet konden', en: 'The dates that could not be had' },
    );

    const agreed = await world.step(
      'nora',
      {
        nl: 'hoort aan de telefoon ja, en bevestigt alles in één keer',
        en: 'hears yes on the phone, and confirms it all at once',
      },
      async () => yes(await nora.order(confirmSeries, { seriesId })),
      ({ dates }) => {
        const confirmed = dates.filter(({ status }) => status === 'CONFIRMED');
        const hoursTogether = confirmed.reduce((sum, it) => sum + minutesBetween(it.span), 0) / 60;
        return {
          nl: `${confirmed.length} afspraken bevestigd, samen ${hoursTogether} uur`,
          en: `${confirmed.length} bookings confirmed, ${hoursTogether} hours together`,
        };
      },
    );
    const confirmed = agreed.dates.filter(({ status }) => status === 'CONFIRMED');
    equals(confirmed.length, 26, { nl: 'Het aantal bevestigde afspraken', en: 'The number of confirmed bookings' });
    equals(
      confirmed.reduce((sum, it) => sum + minutesBetween(it.span), 0),
      91 * 60,
      {
        nl: 'De minuten samen',
        en: 'The minutes together',
      },
    );
    equals([...new Set(confirmed.map(({ span }) => wallTimeOf(span.from)))], ['13:30'], {
      nl: 'De begintijd, ook na het verzetten van de klok',
      en: 'The time it begins, also after the clocks change',
    });

    // Who pays is settled once care was given (R03): not one of them has a cost with anybody yet.
    const claims = await Promise.all(
      confirmed.map(({ bookingId }) => nora.ask(findClaim, { bookingId: bookingId ?? '' })),
    );
    equals(
      claims.filter((it) => it !== null),
      [],
      { nl: 'De bekostiging voordat er zorg was', en: 'The funding before there was care' },
    );

    const [start] = confirmed;
    holds(start !== undefined, 'Er is geen eerste afspraak.', 'There is no first booking.');
    if (
      !(await world.until(instantOn(plusDays(start.on, 1), '09:00'), {
        nl: 'de eerste middag',
        en: 'the first afternoon',
      }))
    )
      return;
    await world.step(
      'carla',
      { nl: 'schrijft de eerste middag op', en: 'records the first afternoon' },
      async () => {
        const bookingId = start.bookingId ?? '';
        return deliver(world, carla, { id: bookingId, terms: { quantity: 350 } });
      },
      () => ({ nl: 'gegeven, binnen acht weken na de vraag', en: 'given, within eight weeks of the request' }),
    );
    holds(
      Date.parse(start.span.from) - Date.parse(now) < 8 * 7 * 86_400_000,
      'Het duurde langer dan acht weken.',
      'It took longer than eight weeks.',
    );
    const after = await nora.ask(findSeries, { id: seriesId });
    equals(after?.dates.filter(({ status }) => status === 'CONFIRMED').length, 25, {
      nl: 'Wat nog komt',
      en: 'What is still to come',
    });
    await allAfternoons(world, carla, nora, { householdId, seriesId, dates: confirmed });
  },
};
