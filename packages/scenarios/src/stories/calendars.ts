import { dayOf, plusDays } from '@adempauze/kernel';
import { closeCalendarFeed, followCalendar, openCalendarFeed, readCalendar } from '../api/calendars.ts';
import { findNow } from '../api/supply.ts';
import { book, cancel, hours, household, open, providerOf, publish, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story } from '../world.ts';

/**
 * Appointments stand in people's own calendars, at an address that only they know: the family sees who comes, the provider a
 * number and nobody's name. What is cancelled is taken out, a calendar that is closed says nothing, and one that shows our own
 * appointments makes nobody busy.
 */
export const calendars: Story = {
  id: 'S-calendar',
  title: { nl: 'In de eigen agenda', en: 'In one’s own calendar' },
  async play(world) {
    const vliet = await providerOf(world, 'de-vliet');
    const day = plusDays(dayOf(await vliet.ask(findNow, {})), 9);
    const offerId = await publish(world, vliet, {
      ...{ form: 'F01', title: `Blokzorg (${world.ids.next().slice(0, 8)})`, place: 'Rijswijk', priceCents: 40_00 },
      bearer: 'GUARANTEE',
    });
    const resourceId = await open(world, vliet, [offerId], [hours(day, '08:00', 10)]);
    const fatima = await world.as('fatima');
    const householdId = await household(world, fatima);

    const family = { of: 'HOUSEHOLD', id: householdId } as const;
    const [ofFamily, ofVliet] = await world.step(
      'Fatima, Thuiszorg De Vliet',
      { nl: 'vragen allebei een adres voor hun agenda', en: 'both ask for an address for their calendar' },
      async () => [await addressOf(fatima, family), await addressOf(vliet, { of: 'PROVIDER' })] as const,
      () => ({ nl: 'elk een eigen, geheim adres', en: 'a secret address of its own for each' }),
    );
    const booking = await world.step(
      'fatima',
      { nl: 'boekt een middag', en: 'books an afternoon' },
      () =>
        book(world, fatima, {
          ...{ householdId, offerId, resourceId, span: hours(day, '13:00', 4), placeOfService: 'CAREGIVER_HOME' },
        }),
      () => ({ nl: 'afgesproken', en: 'agreed' }),
    );
    const bookingId = booking.id;
    const shown = await showsIn(ofFamily, bookingId, 'CONFIRMED');
    holds(
      shown.includes('Thuiszorg De Vliet'),
      'De agenda zegt niet wie er komt.',
      'The calendar does not say who comes.',
    );
    const shownToVliet = await showsIn(ofVliet, bookingId, 'CONFIRMED');
    const says = /Mantelzorger|De naaste|Thuiszorg|LOCATION/.exec(shownToVliet)?.[0];
    equals(says, undefined, { nl: 'Een naam in de agenda van de aanbieder', en: 'A name in the provider’s calendar' });
    world.fact(
      'Fatima’s agenda zegt wie er komt; die van De Vliet een nummer, en niemands naam',
      'Fatima’s calendar says who comes; De Vliet’s a number, and nobody’s name',
    );

    const readBack = await world.step(
      'de-vliet',
      { nl: 'laat een agenda meetellen waar dit al in staat', en: 'has a calendar count that shows this already' },
      async () => yes(await vliet.order(readCalendar, { resourceId, text: await textAt(ofVliet) })),
      ({ calendar }) => ({
        nl: `${calendar?.busy.length} keer bezet: eigen afspraken tellen niet dubbel`,
        en: `busy ${calendar?.busy.length} times: own appointments do not count twice`,
      }),
    );
    equals(readBack.calendar?.busy, [], { nl: 'De bezette tijden', en: 'The busy times' });
    const inside = await vliet.order(followCalendar, {
      resourceId,
      url: 'https://iemand:wachtwoord@127.0.0.1/agenda.ics',
    });
    equals(inside.accepted ? 'yes' : inside.rejection.code, 'calendar-address-refused', {
      nl: 'Een adres dat niet mag',
      en: 'An address that is not allowed',
    });

    await world.step(
      'fatima',
      { nl: 'zegt af', en: 'cancels' },
      () => cancel(fatima, booking.id),
      () => ({ nl: 'de agenda’s halen het weg', en: 'the calendars take it out' }),
    );
    await showsIn(ofFamily, bookingId, 'CANCELLED');
    const [second] = await world.step(
      'fatima',
      { nl: 'vraagt een nieuw adres, en sluit het daarna', en: 'asks for another address, and then closes it' },
      async () => {
        const url = await addressOf(fatima, family);
        const statuses = [(await fetch(ofFamily)).status, (await fetch(url)).status];
        yes(await fatima.order(closeCalendarFeed, family));
        return [[...statuses, (await fetch(url)).status]];
      },
      () => ({ nl: 'het oude adres werkt niet meer, en daarna geen', en: 'the old address stops, and then both' }),
    );
    equals(second, [404, 200, 404], { nl: 'De antwoorden op de adressen', en: 'What the addresses answer' });
  },
};

const addressOf = async (session: Session, of: { readonly of: 'HOUSEHOLD' | 'PROVIDER'; readonly id?: string }) => {
  const { url } = yes(await session.order(openCalendarFeed, of));
  holds(url !== null, 'Er is geen adres getoond.', 'No address was shown.');
  return url;
};

/** As a calendar program reads it; nothing while it is not there or was asked too often. */
const textAt = async (url: string): Promise<string> => {
  const response = await fetch(url);
  const text = await response.text();
  return response.status === 200 ? text.replaceAll('\r\n ', '') : '';
};

/** The appointment in the calendar at this address, once it has this status. */
const showsIn = (url: string, bookingId: string, status: string): Promise<string> =>
  waitUntil(
    async () => (await textAt(url)).split('BEGIN:VEVENT').find((it) => it.includes(`UID:${bookingId}@adempauze`)) ?? '',
    (it) => it.includes(`STATUS:${status}`),
    { nl: `De afspraak staat als ${status} in de agenda`, en: `The calendar shows the appointment as ${status}` },
  );
