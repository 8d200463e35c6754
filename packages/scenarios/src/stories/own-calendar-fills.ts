import { dayOf, plusDays } from '@adempauze/kernel';
import { readCalendar } from '../api/calendars.ts';
import { acceptBooking, confirmBooking, findBooking, requestBooking } from '../api/care.ts';
import type { Span } from '../api/shapes.ts';
import { findNow, findResource, overrideCapacity } from '../api/supply.ts';
import {
  book,
  confirm,
  hours,
  household,
  open,
  providerOf,
  publish,
  refusedForNow,
  request,
  type Wish,
  yes,
} from '../cast.ts';
import type { Session } from '../client.ts';
import { equals } from '../story-error.ts';
import { calendarText } from '../stress/calendar-text.ts';
import type { Story, World } from '../world.ts';
import { statusInWords } from './tell.ts';

/**
 * A worker's own calendar fills while somebody thinks about a time that is held, and while the provider does. The yes says so,
 * with the reason, and no time is promised twice; what was agreed before stands. Who knows better makes room all the same, with
 * a reason that is kept.
 */
export const ownCalendarFills: Story = {
  id: 'S-busy',
  title: { nl: 'De eigen agenda loopt intussen vol', en: 'Meanwhile one’s own calendar fills' },
  async play(world) {
    const vliet = await providerOf(world, 'de-vliet');
    const day = plusDays(dayOf(await vliet.ask(findNow, {})), 12);
    const supply = async (title: string, instant: boolean) => {
      const offerId = await publish(world, vliet, {
        ...{ form: 'F01', title: `${title} (${world.ids.next().slice(0, 8)})`, place: 'Rijswijk', instant },
        ...{ priceCents: 40_00, bearer: 'GUARANTEE' },
      });
      return { offerId, resourceId: await open(world, vliet, [offerId], [hours(day, '08:00', 10)]) };
    };
    const atOnce = await supply('Blokzorg', true);
    const asked = await supply('Blokzorg op aanvraag', false);
    const [fatima, jan] = [await world.as('fatima'), await world.as('jan')];
    const ofFatima = { householdId: await household(world, fatima), placeOfService: 'CAREGIVER_HOME' } as const;
    const ofJan = { householdId: await household(world, jan), placeOfService: 'CAREGIVER_HOME' } as const;
    const [morning, afternoon] = [hours(day, '09:00', 3), hours(day, '14:00', 3)];
    const dentist = hours(day, '15:00', 1);

    const agreed = await book(world, fatima, { ...ofFatima, ...atOnce, span: morning });
    const wish: Wish = { ...ofFatima, ...atOnce, span: afternoon };
    const held = await request(world, fatima, wish);
    const awaiting = await request(world, jan, { ...ofJan, ...asked, span: afternoon });
    equals((await confirm(jan, awaiting.id)).status, 'AWAITING_ACCEPTANCE', { nl: 'De aanvraag', en: 'The request' });
    await world.step(
      'de-vliet',
      {
        nl: 'leest de agenda van beide medewerkers: om drie uur naar de tandarts, en de ochtend ook bezet',
        en: 'reads the calendars of both workers: the dentist at three, and the morning busy as well',
      },
      async () => {
        await busy(vliet, atOnce.resourceId, [morning, dentist]);
        await busy(vliet, asked.resourceId, [dentist]);
      },
      () => ({ nl: 'alleen dat zij bezet zijn, niet waarmee', en: 'only that they are busy, not with what' }),
    );

    const late = await world.step(
      'fatima',
      { nl: 'heeft nagedacht, en bevestigt de middag', en: 'has thought about it, and confirms the afternoon' },
      () => fatima.order(confirmBooking, { bookingId: held.id }),
      (it) => (it.accepted ? { nl: 'bevestigd', en: 'confirmed' } : it.rejection.message),
    );
    equals(late.accepted ? 'yes' : late.rejection.code, 'calendar-busy', { nl: 'Het antwoord', en: 'The answer' });
    const again = await fatima.order(requestBooking, { bookingId: world.ids.next(), ...wish, span: dentist });
    equals(again.accepted ? 'yes' : again.rejection.code, 'time-not-offered', {
      nl: 'Het antwoord op dezelfde tijd',
      en: 'The answer to the same time',
    });
    equals((await fatima.ask(findBooking, { id: agreed.id }))?.status, 'CONFIRMED', {
      nl: 'Wat al was afgesproken',
      en: 'What was agreed already',
    });

    const refused = await world.step(
      'de-vliet',
      { nl: 'zegt ja op de aanvraag van Jan', en: 'says yes to Jan’s request' },
      () => refusedForNow(world, vliet, acceptBooking, { bookingId: awaiting.id }),
      ({ message }) => message,
    );
    equals(refused.code, 'calendar-busy', { nl: 'Het antwoord', en: 'The answer' });
    await world.step(
      'de-vliet',
      { nl: 'laat de tandarts verzetten, en zegt nog eens ja', en: 'has the dentist moved, and says yes once more' },
      async () => {
        await busy(vliet, asked.resourceId, [hours(day, '17:00', 1)]);
        return yes(await vliet.order(acceptBooking, { bookingId: awaiting.id }));
      },
      ({ status }) => statusInWords(status),
    );
    equals((await jan.ask(findBooking, { id: awaiting.id }))?.status, 'CONFIRMED', {
      nl: 'De afspraak van Jan',
      en: 'Jan’s booking',
    });
    await knowingly(world, vliet, fatima, wish);
    await notServed(world, vliet, { ...atOnce, span: afternoon });
  },
};

/** The provider knows the family and makes room in spite of the calendar; the reason stands with it. */
const knowingly = async (world: World, provider: Session, family: Session, wish: Wish): Promise<void> => {
  const { offerId, resourceId = '', householdId, span, placeOfService } = wish;
  const bookingId = world.ids.next();
  const { status } = await world.step(
    'de-vliet',
    {
      nl: 'kent Fatima, regelt iemand extra, en maakt bewust plaats',
      en: 'knows Fatima, finds somebody extra, and knowingly makes room',
    },
    async () => {
      const room = { resourceId, bookingId, householdId, offerId, span, placeOfService, at: 'Rijswijk' } as const;
      yes(await provider.order(overrideCapacity, { ...room, reason: 'EXTRA_STAFF' }));
      yes(await family.order(requestBooking, { bookingId, ...wish }));
      return confirm(family, bookingId);
    },
    (it) => statusInWords(it.status),
  );
  equals(status, 'CONFIRMED', { nl: 'De afspraak', en: 'The booking' });
  const calendar = await provider.ask(findResource, { id: resourceId });
  equals(
    calendar?.occupied.flatMap(({ bookingId: id, state, override }) => (id === bookingId ? [state, override] : [])),
    ['TAKEN', 'EXTRA_STAFF'],
    { nl: 'Wat er in de agenda staat', en: 'What stands in the calendar' },
  );
};

/** Room that is made knowingly makes nobody able to do what they may not (R19): the family is told so, and not who made it. */
const notServed = async (
  world: World,
  provider: Session,
  { offerId, resourceId = '', span }: Pick<Wish, 'offerId' | 'resourceId' | 'span'>,
): Promise<void> => {
  const els = await world.as('els');
  const householdId = await household(world, els, { highRiskActs: ['TUBE_FEEDING'] });
  const bookingId = world.ids.next();
  const place = { resourceId, bookingId, householdId, offerId, span, placeOfService: 'CAREGIVER_HOME' } as const;
  yes(await provider.order(overrideCapacity, { ...place, at: 'Rijswijk', reason: 'EXTRA_STAFF' }));
  const refused = await world.step(
    'els',
    { nl: 'vraagt die plek; haar vader heeft sondevoeding', en: 'asks for that room; her father is tube-fed' },
    () => els.order(requestBooking, place),
    (it) => (it.accepted ? { nl: 'vastgehouden', en: 'held' } : it.rejection.message),
  );
  equals(refused.accepted ? 'yes' : refused.rejection.code, 'act-not-served', { nl: 'Het antwoord', en: 'The answer' });
};

const busy = async (provider: Session, resourceId: string, spans: readonly Span[]): Promise<void> => {
  const { calendar } = yes(await provider.order(readCalendar, { resourceId, text: calendarText(spans) }));
  equals(calendar?.busy, spans, { nl: 'De bezette tijden', en: 'The busy times' });
};
