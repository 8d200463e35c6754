import { type Bookings, type UnmetBySource, WishView } from '@adempauze/contracts';
import { at, first, idOf, type Kit, span } from './fake-basics.ts';

const wish = (key: string, householdKey: string) =>
  WishView.parse({
    ...{ wishId: idOf(key), householdId: idOf(householdKey), forms: ['F12'], maxKm: 40, window: span },
    ...{
      minMinutes: 60,
      maxMinutes: 240,
      lane: 'normal',
      caregiverJoins: true,
      since: at('2027-05-01T08:00:00Z'),
      status: 'waiting',
    },
    lists: [{ offerId: idOf('offer'), waitingId: idOf('waiting'), aheadUrgent: 1, aheadLonger: 2 }],
    offers: [
      {
        ...{ offerId: idOf('offer'), bookingId: idOf('booking'), span },
        ...{ until: at('2027-05-01T12:00:00Z'), outcome: 'offered', cause: 'booking' },
        why: { rule: 'familiar', among: 3 },
      },
    ],
  });
const unmet = (municipality: string) =>
  ({
    ...{ source: 'declined', reason: 'no-staff', form: 'F12', month: '2027-05', count: 2 },
    municipality,
  }) as UnmetBySource;

export const wishesWorld = () => ({
  wishes: [wish('wish', 'household'), wish('other-wish', 'other-household')],
  unmet: [unmet('0603'), unmet('0518')],
});

/** The operations of bookings on wishes, and on demand that is not met. */
export const fakeWishes = ({ yes }: Kit, world: ReturnType<typeof wishesWorld>) => {
  return {
    makeWish: yes('makeWish', () => first(world.wishes)),
    endWish: yes('endWish', () => first(world.wishes)),
    findWish: async ({ wishId }) => world.wishes.find((it) => it.wishId === wishId),
    listWishes: async ({ householdId }) => world.wishes.filter((it) => it.householdId === householdId),
    recordNothingFound: yes('recordNothingFound', () => undefined),
    unmetBySource: async ({ municipality }) =>
      world.unmet.filter((it) => !municipality || it.municipality === municipality),
  } satisfies Partial<Bookings>;
};
