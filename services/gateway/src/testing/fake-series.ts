import { type Bookings, SeriesView } from '@adempauze/contracts';
import {
  at,
  type BookingKeys,
  embeddedAccountId,
  first,
  firstPage,
  idOf,
  type Kit,
  secrets,
  span,
} from './fake-basics.ts';

const series = (key: string, keys: Omit<BookingKeys, 'status'>) =>
  SeriesView.parse({
    seriesId: idOf(key),
    householdId: idOf(keys.household),
    offerId: idOf(keys.offer),
    providerId: idOf(keys.provider),
    resourceId: idOf('resource'),
    form: 'F01',
    rule: {
      from: '2027-05-04',
      until: '2027-06-01',
      weekdays: [2],
      startsAt: '13:00',
      endsAt: '17:00',
      exceptions: ['2027-05-11'],
    },
    zone: 'Europe/Amsterdam',
    placeOfService: 'recipient-home',
    purpose: secrets.purpose,
    requestedBy: embeddedAccountId('caregiver'),
    requestedAt: at('2027-05-01T08:00:00Z'),
    status: 'ended',
    endedFrom: '2027-06-01',
    declinedFor: 'no-staff',
    dates: [
      {
        on: '2027-05-04',
        span,
        bookingId: idOf('booking-confirmed'),
        status: 'confirmed',
        ownCostCents: 2300,
        skipped: { code: 'place-taken', facts: {} },
      },
    ],
    ownCostCents: 2300,
    revision: 3,
  });

export const seriesWorld = () => ({
  series: [
    series('series', { household: 'household', provider: 'provider', offer: 'offer' }),
    series('series-helper', { household: 'household', provider: 'organisation', offer: 'offer-helper' }),
    series('other-series', { household: 'other-household', provider: 'other-provider', offer: 'other-offer' }),
  ],
});

/** The operations of bookings on series. */
export const fakeSeries = ({ yes }: Kit, world: ReturnType<typeof seriesWorld>) => {
  const theSeries = () => first(world.series);

  return {
    requestSeries: yes('requestSeries', theSeries),
    confirmSeries: yes('confirmSeries', theSeries),
    acceptSeries: yes('acceptSeries', theSeries),
    declineSeries: yes('declineSeries', theSeries),
    extendSeries: yes('extendSeries', theSeries),
    endSeries: yes('endSeries', theSeries),
    findSeries: async ({ seriesId }) => world.series.find((it) => it.seriesId === seriesId),
    listSeries: async ({ householdId, providerId }) =>
      firstPage(
        world.series.filter(
          (it) => (!householdId || it.householdId === householdId) && (!providerId || it.providerId === providerId),
        ),
      ),
  } satisfies Partial<Bookings>;
};
