import { dayOf, plusDays } from '@adempauze/kernel';
import { cancelBooking, confirmBooking, requestBooking } from '../api/care.ts';
import { joinWaitingList, listWaiting, type Waiting } from '../api/plans.ts';
import { findNow } from '../api/supply.ts';
import { book, household, nights, open, providerOf, publish, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { moment } from '../moment.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';
import { statusInWords } from './tell.ts';

/** A full house and a list that holds: a bed that comes free is offered to one at a time, and everybody can see why. */
export const waitingList: Story = {
  id: 'waiting-list',
  title: { nl: 'De wachtlijst die plek houdt', en: 'The waiting list that holds a place' },
  async play(world) {
    const duinroos = await providerOf(world, 'duinroos');
    const stay = nights(plusDays(dayOf(await duinroos.ask(findNow, {})), 30), 2);
    const offerId = await publish(world, duinroos, {
      ...{ form: 'F12', title: `Eén bed (${world.ids.next().slice(0, 8)})`, place: 'Noordwijk', priceCents: 175_55 },
      bearer: 'GUARANTEE',
    });
    const resourceId = await open(world, duinroos, [offerId], [stay], 1);
    const els = await world.as('els');
    const booked = await book(world, els, {
      ...{ householdId: await household(world, els), offerId, resourceId, span: stay, placeOfService: 'PROVIDER' },
    });

    const fatima = await familyOf(world, 'fatima');
    const jan = await familyOf(world, 'jan');
    await world.step(
      'Fatima, Jan',
      { nl: 'vinden het huis vol, en gaan op de wachtlijst', en: 'find the house full, and join the waiting list' },
      async () => {
        for (const { session, householdId } of [fatima, jan]) {
          const asked = await session.order(requestBooking, {
            ...{ bookingId: world.ids.next(), householdId, offerId, resourceId, span: stay },
            placeOfService: 'PROVIDER',
          });
          holds(!asked.accepted, 'Het bed was niet vol.', 'The bed was not taken.');
          const waitingId = world.ids.next();
          yes(
            await session.order(joinWaitingList, {
              waitingId,
              householdId,
              offerId,
              window: stay,
              placeOfService: 'PROVIDER',
            }),
          );
        }
        return waitingOf(jan);
      },
      ({ aheadLonger }) => ({
        nl: `voor Jan wacht nog ${aheadLonger} huishouden langer`,
        en: `${aheadLonger} household has waited longer than Jan`,
      }),
    );

    await world.step(
      'els',
      { nl: 'heeft het bed niet meer nodig', en: 'does not need the bed any more' },
      async () => {
        yes(await els.order(cancelBooking, { bookingId: booked.id }));
        return offered(fatima);
      },
      ({ until }) => ({
        nl: `Fatima mag kiezen tot ${moment(until).nl}`,
        en: `Fatima may choose until ${moment(until).en}`,
      }),
    );
    equals((await waitingOf(jan)).offers, [], { nl: 'Wat Jan is aangeboden', en: 'What Jan was offered' });
    const toJan = await world.step(
      'fatima',
      { nl: 'heeft intussen iets anders, en laat het gaan', en: 'has something else by now, and lets it go' },
      async () => {
        const { bookingId } = await offered(fatima);
        yes(await fatima.session.order(cancelBooking, { bookingId }));
        return offered(jan);
      },
      ({ until }) => ({
        nl: `nu mag Jan kiezen tot ${moment(until).nl}`,
        en: `now Jan may choose until ${moment(until).en}`,
      }),
    );
    await world.step(
      'jan',
      { nl: 'zegt ja', en: 'says yes' },
      async () => yes(await jan.session.order(confirmBooking, { bookingId: toJan.bookingId })),
      ({ status }) => statusInWords(status),
    );
    await waitUntil(
      () => jan.session.ask(listWaiting, { household: jan.householdId }),
      (found) => found?.waiting.length === 0,
      { nl: 'Jan wacht niet meer', en: 'Jan waits no more' },
    );
    equals((await waitingOf(fatima)).status, 'WAITING', { nl: 'Fatima op de lijst', en: 'Fatima on the list' });
  },
};

type Family = { readonly session: Session; readonly householdId: string };
const familyOf = async (world: World, account: 'fatima' | 'jan'): Promise<Family> => {
  const session = await world.as(account);
  return { session, householdId: await household(world, session) };
};

const waitingOf = async ({ session, householdId }: Family): Promise<Waiting> => {
  const found = await waitUntil(
    () => session.ask(listWaiting, { household: householdId }),
    (it) => (it?.waiting.length ?? 0) > 0,
    { nl: 'Het huishouden staat op de wachtlijst', en: 'The household is on the waiting list' },
  );
  const [waiting] = found?.waiting ?? [];
  holds(waiting !== undefined, 'Er wacht niemand.', 'Nobody waits.');
  return waiting;
};

/** The place that is offered to them now, once it is held for them. */
const offered = async (family: Family): Promise<Waiting['offers'][number]> => {
  const found = await waitUntil(
    () => family.session.ask(listWaiting, { household: family.householdId }),
    (it) => it?.waiting[0]?.offers.some(({ outcome }) => outcome === 'OFFERED') ?? false,
    { nl: 'Er wordt een plek aangeboden', en: 'A place is offered' },
  );
  const offer = found?.waiting[0]?.offers.find(({ outcome }) => outcome === 'OFFERED');
  holds(offer !== undefined, 'Er is niets aangeboden.', 'Nothing was offered.');
  return offer;
};
