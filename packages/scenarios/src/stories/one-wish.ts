import { dayOf, plusDays } from '@adempauze/kernel';
import { confirmBooking } from '../api/care.ts';
import { findNow } from '../api/supply.ts';
import { listWishes, makeWish, type Wish } from '../api/waiting.ts';
import { book, cancel, household, nights, open, providerOf, publish, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story } from '../world.ts';

/** One wish waits at several houses, also at one that opens later, and takes one place. */
export const oneWish: Story = {
  id: 'wish',
  title: { nl: 'Eén wens, twee huizen', en: 'One wish, two houses' },
  async play(world) {
    const word = world.ids.next().slice(0, 8);
    const duinroos = await providerOf(world, 'duinroos');
    const stay = nights(plusDays(dayOf(await duinroos.ask(findNow, {})), 45), 2);
    const [els, jan, fatima] = [await world.as('els'), await world.as('jan'), await world.as('fatima')];
    /** A house with one bed, which somebody has. */
    const fullHouse = async (title: string, guest: Session) => {
      const offerId = await publish(world, duinroos, {
        ...{ form: 'F14', title: `${title} (${word})`, place: 'Noordwijk', priceCents: 150_00, bearer: 'GUARANTEE' },
      });
      const resourceId = await open(world, duinroos, [offerId], [stay]);
      const householdId = await household(world, guest);
      const wish = { householdId, offerId, resourceId, span: stay, placeOfService: 'PROVIDER' } as const;
      return { offerId, booking: await book(world, guest, wish) };
    };
    const first = await fullHouse('Gastgezin één', els);

    const householdId = await household(world, fatima);
    const wishId = world.ids.next();
    const now = async (isSo: (wish: Wish) => boolean, what: { nl: string; en: string }): Promise<Wish> => {
      const found = await waitUntil(
        () => fatima.ask(listWishes, { household: householdId }),
        (it) => it?.waitingWishes.some(isSo) ?? false,
        what,
      );
      const [wish] = found?.waitingWishes ?? [];
      holds(wish !== undefined, 'Er is geen wens.', 'There is no wish.');
      return wish;
    };
    const standsAt = (offerId: string) => (wish: Wish) => wish.lists.some((it) => it.offerId === offerId);
    await world.step(
      'fatima',
      {
        nl: 'wenst een weekend bij een gastgezin; alles is vol',
        en: 'wishes a weekend with a host family; all is full',
      },
      async () => {
        const wish = { wishId, householdId, forms: ['F14'] as const, maxKm: 60, window: stay };
        return yes(await fatima.order(makeWish, wish));
      },
      ({ lists }) => ({ nl: `staat op ${lists.length} lijst(en)`, en: `is on ${lists.length} list(s)` }),
    );
    await now(standsAt(first.offerId), { nl: 'De wens staat op de lijst', en: 'The wish is on the list' });
    const second = await world.step(
      'duinroos',
      { nl: 'opent een tweede gastgezin, dat ook meteen vol is', en: 'opens a second host family, full at once too' },
      async () => {
        const it = await fullHouse('Gastgezin twee', jan);
        await now(standsAt(it.offerId), { nl: 'De wens staat ook daar', en: 'The wish is there too' });
        return it;
      },
      () => ({ nl: 'de wens van Fatima staat er vanzelf bij', en: 'Fatima’s wish is on its list by itself' }),
    );

    const offered = await world.step(
      'Els, Jan',
      { nl: 'zeggen op hetzelfde moment af', en: 'cancel at the same moment' },
      async () => {
        await Promise.all([cancel(els, first.booking.id), cancel(jan, second.booking.id)]);
        return now((wish) => wish.offers.some(({ outcome }) => outcome === 'OFFERED'), {
          nl: 'Er wordt een plek aangeboden',
          en: 'A place is offered',
        });
      },
      ({ offers }) => {
        const count = offers.filter(({ outcome }) => outcome === 'OFFERED').length;
        return { nl: `Fatima krijgt ${count} plek aangeboden`, en: `Fatima is offered ${count} place` };
      },
    );
    const mine = offered.offers.filter(({ outcome }) => outcome === 'OFFERED');
    equals(mine.length, 1, { nl: 'Wat haar tegelijk is aangeboden', en: 'What she was offered at once' });
    const [place] = mine;
    holds(place !== undefined, 'Er is niets aangeboden.', 'Nothing was offered.');
    await world.step(
      'fatima',
      { nl: 'zegt ja', en: 'says yes' },
      async () => yes(await fatima.order(confirmBooking, { bookingId: place.bookingId })),
      ({ status }) => ({ nl: status === 'CONFIRMED' ? 'bevestigd' : status, en: status.toLowerCase() }),
    );
    const served = await now((wish) => wish.status === 'SERVED' && wish.lists.length === 0, {
      nl: 'Fatima wacht nergens meer',
      en: 'Fatima waits nowhere any more',
    });
    equals(served.offers.filter(({ outcome }) => outcome === 'TAKEN').length, 1, {
      nl: 'Genomen plekken',
      en: 'Places taken',
    });
  },
};
