import { isDeepStrictEqual } from 'node:util';
import { BookingId, type BookingView } from '@adempauze/contracts';
import { latestOf } from '../graphql/streams.ts';
import { needsViewer } from '../policy/guard.ts';
import { BookingType, findVisibleBooking } from './bookings.ts';
import { builder } from './builder.ts';
import { idOf } from './ids.ts';
import { checked } from './input.ts';

builder.subscriptionField('bookingChanged', (t) =>
  t.field({
    type: BookingType,
    nullable: true,
    description: 'The booking now and after every change, over server-sent events; ends when it is no longer yours.',
    args: { id: t.arg.id() },
    subscribe(_root, { id }, context) {
      const { accountId } = needsViewer(context);
      const bookingId = checked(BookingId, idOf('Booking', id), '#/id');
      return latestOf<BookingView>({
        watch: (onChange) => context.services.bookings.watchBooking(bookingId, onChange),
        async lookUp() {
          context.forget();
          return context.isSignedIn() ? findVisibleBooking(bookingId, context) : undefined;
        },
        // A connection that was lost and found may have missed nothing.
        isSame: isDeepStrictEqual,
        openStream: (end) => context.streams.open(accountId, end),
      });
    },
    resolve: (booking) => booking,
  }),
);
