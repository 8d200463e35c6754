import { type Bookings, MessageView } from '@adempauze/contracts';
import { idOf } from './fake-basics.ts';

/** What there is to tell a family. */
export const fakeMessages = () =>
  ({
    listMessages: async () => [
      MessageView.parse({
        ...{ kind: 'booking-agreed', bookingId: idOf('booking'), channel: 'letter' },
        letter: { nl: 'Een brief.', en: 'A letter.' },
        spoken: { nl: 'Een bericht.', en: 'A message.' },
      }),
    ],
  }) satisfies Partial<Bookings>;
