import type { Bookings, MessageView, Offers } from '@adempauze/contracts';
import type { Clock } from '@adempauze/kernel';
import { bookingMessage, handOverMessage } from './message.rules.ts';

/** The most bookings that are told of at once. */
const mostTold = 50;

/** What the contact person has to tell a family: rendered as it stands now, and kept nowhere. */
export const createMessages = ({
  listBookings,
  findHousehold,
  offers,
  clock,
}: {
  readonly listBookings: Bookings['listBookings'];
  readonly findHousehold: Bookings['findHousehold'];
  readonly offers: Pick<Offers, 'findOffer'>;
  readonly clock: Clock;
}): Pick<Bookings, 'listMessages'> => ({
  async listMessages({ householdId, waitFor }) {
    const household = await findHousehold({ householdId });
    if (household === undefined) return [];
    const { items } = await listBookings({
      ...{ householdId, from: clock(), page: { first: mostTold } },
      ...(waitFor === undefined ? {} : { waitFor }),
    });
    const told = items.map(({ item }) => item).toSorted((a, b) => (a.span.from < b.span.from ? -1 : 1));
    const messages: (MessageView | undefined)[] = [handOverMessage(household)];
    for (const booking of told) {
      const offer = await offers.findOffer({ offerId: booking.offerId });
      if (offer !== undefined) messages.push(bookingMessage(booking, household, offer.providerName));
    }
    return messages.filter((it) => it !== undefined);
  },
});
