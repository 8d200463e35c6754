import { travelKm } from '@adempauze/places';
import { BookingType } from './bookings.ts';
import { builder } from './builder.ts';

/* How far care is from home (R22). */

builder.objectField(BookingType, 'distanceKm', (t) =>
  t.float({
    nullable: true,
    description: 'Between where the recipient lives and where the offer is; estimated by road (R22).',
    async resolve({ householdId, offerId }, _args, { services }) {
      const [household, offer] = await Promise.all([
        services.bookings.findHousehold({ householdId }),
        services.offers.findOffer({ offerId }),
      ]);
      const home = household?.recipient.place;
      return home && offer ? travelKm(home.point, offer.place.point) : null;
    },
  }),
);
