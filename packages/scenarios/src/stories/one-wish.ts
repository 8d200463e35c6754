import { dayOf, plusDays } from '@adempauze/kernel';
import { confirmBooking } from '../api/care.ts';
import { findNow } from '../api/supply.ts';
import { listWishes, makeWish, type Wish } from '../api/waiting.ts';
import { book, cancel, household, nights, open, providerOf, publish, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story } from '../world.ts';
import { statusInWords } from './tell.ts';

/** A wish waits at several houses, also at one that opens later and offers its bed at once, and takes one place. */
export const oneWish: Story = {
  id: 'wish',
  title: { nl: 'Eén wens, twee huizen', en: 'One wish, two houses' },
  async play(world) {
    const word = world.ids.next().slice(0, 8);
    const duinroos = await providerOf(world, 'duinroos');
    const stay = nights(plusDays(dayOf(await duinroos.ask(findNow, {})), 45), 2);
    const [els, jan, fatima] = [await world.as('els'), await world.as('jan'), await world.as('fatima')];
    const hostFamily = (title: string) =>
      publish(world, duinroos, {
        ...{ form: 'F14', title: `${title} (${word})`, place: 'Noordwijk', priceCents: 150_00, bearer: 'GUARANTEE' },
      });
    const first = await hostFamily('Gastgezin één');
    const toEls = await book(world, els, {
      ...{ householdId: await household(world, els), offerId: first, span: stay, placeOfService: 'PROVIDER' },
      resourceId: await open(world, duinroos, [first], [stay]),
    });

    const familyOf = async (session: Session) => {
      const householdId = await household(world, session);
      const wishId = world.ids.next();
      return {
        wish: async () => {
          const wish = { wishId, householdId, forms: ['F14'] as const, maxKm: 60, window: stay };
          return yes(await session.order(makeWish, wish));
        },
        async now(isSo: (wish: Wish) => boolean, what: { nl: string; en: string }): Promise<Wish> {
          const found = await waitUntil(
            () => session.ask(listWishes, { household: householdId }),
            (it) => it?.waitingWishes.some(isSo) ?? false,
            what,
          );
          const [wish] = found?.waitingWishes ?? [];
          holds(wish !== undefined, 'Er is geen wens.', 'There is no wish.');
          return wish;
        },
      };
    };
    const [ofJan, ofFatima] = [await familyOf(jan), await familyOf(fatima)];
    const { now } = ofFatima;
    const standsAt = (offerId: string) => (wish: Wish) => wish.lists.some((it) => it.offerId === offerId);
    const isOnList = { nl: 'De wens staat op de lijst', en: 'The wish is on the list' };
    await world.step(
      'Jan, Fatima',
      {
        nl: 'wensen een weekend bij een gastgezin, Jan het eerst; alles is vol',
        en: 'wish a weekend with a host family, Jan first; all is full',
      },
      async () => {
        await ofJan.wish();
        await ofJan.now(standsAt(first), isOnList);
        return ofFatima.wish();
      },
      ({ lists }) => ({
        nl: lists.length === 1 ? 'Fatima staat op één lijst' : `Fatima staat op ${lists.length} lijsten`,
        en: lists.length === 1 ? 'Fatima is on one list' : `Fatima is on ${lists.length} lists`,
      }),
    );
    await now(standsAt(first), isOnList);
    const isOffered = (wish: Wish) => wish.offers.some(({ outcome }) => outcome === 'OFFERED');
    const isPlace = { nl: 'Er wordt een plek aangeboden', en: 'A place is offered' };
    const toJan = await world.step(
      'duinroos',
      { nl: 'opent een tweede gastgezin, met één bed', en: 'opens a second host family, with one bed' },
      async () => {
        const second = await hostFamily('Gastgezin twee');
        await Promise.all([ofJan, ofFatima].map((it) => it.now(standsAt(second), isOnList)));
        await open(world, duinroos, [second], [stay]);
        return ofJan.now(isOffered, isPlace);
      },
      ({ offers: [offer] }) => ({
        nl: `de wensen staan er vanzelf bij. Tegen Jan: ${offer?.why?.words.nl}`,
        en: `the wishes are on its list by themselves. To Jan: ${offer?.why?.words.en}`,
      }),
    );
    const [bed] = toJan.offers.filter(({ outcome }) => outcome === 'OFFERED');
    holds(bed !== undefined, 'Jan is niets aangeboden.', 'Jan was offered nothing.');
    equals(bed.why?.rule, 'LONGEST', { nl: 'Waarom Jan', en: 'Why Jan' });
    await world.step(
      'jan',
      { nl: 'zegt ja; nu is ook dat vol', en: 'says yes; now that is full too' },
      async () => yes(await jan.order(confirmBooking, { bookingId: bed.bookingId })),
      ({ status }) => statusInWords(status),
    );
    await ofJan.now(({ status }) => status === 'SERVED', { nl: 'Jan wacht niet meer', en: 'Jan waits no more' });

    const offered = await world.step(
      'Els, Jan',
      { nl: 'zeggen op hetzelfde moment af', en: 'cancel at the same moment' },
      async () => {
        await Promise.all([cancel(els, toEls.id), cancel(jan, bed.bookingId)]);
        return now(isOffered, isPlace);
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
      ({ status }) => statusInWords(status),
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
