import { type Bookings, BookingView, Quote, Terms, UnmetDemandRow } from '@adempauze/contracts';
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

const quote = (householdKey: string) =>
  Quote.parse({
    ownCostCents: 2300,
    coverage: 'partly',
    pricedFor: 'municipality',
    lines: [
      { kind: 'scheme', payer: { kind: 'municipality', id: '0603' }, amountCents: 11500 },
      { kind: 'own', payer: { kind: 'caregiver', id: idOf(householdKey) }, amountCents: 2300 },
    ],
    refusals: [{ schemeId: idOf('scheme'), code: 'scheme-cap-reached', facts: { overCents: 200, leftCents: 1700 } }],
  });

const booking = (key: string, keys: BookingKeys) =>
  BookingView.parse({
    bookingId: idOf(key),
    householdId: idOf(keys.household),
    offerId: idOf(keys.offer),
    providerId: idOf(keys.provider),
    resourceId: idOf('resource'),
    form: 'F01',
    span,
    status: keys.status,
    terms: Terms.parse({
      offerId: idOf(keys.offer),
      providerId: idOf(keys.provider),
      form: 'F01',
      unit: 'hour',
      quantity: 400,
      unitPriceCents: 3450,
      priceCents: 13800,
      vat: 'exempt',
      bearer: 'guarantee',
      instant: true,
      needsHelper: false,
      cancellation: { freeUntilHours: 48, lateSharePercent: 50 },
      providerMunicipality: '0603',
    }),
    quote: quote(keys.household),
    purpose: secrets.purpose,
    placeOfService: 'recipient-home',
    municipality: '0603',
    heldUntil: at('2027-05-01T08:15:00Z'),
    answerBy: at('2027-05-02T08:00:00Z'),
    recordBy: at('2027-05-05T12:00:00Z'),
    cancelCostCents: 1150,
    freeCancelUntil: at('2027-05-01T08:00:00Z'),
    endReason: 'no-staff',
    askedAt: at('2027-05-01T08:05:00Z'),
    helperId: idOf('helper'),
    delivery:
      keys.status === 'delivered'
        ? { deliveryId: idOf(`${key}-delivery`), quantity: 400, recordedAt: at('2027-05-03T12:00:00Z') }
        : null,
    partOf: { kind: 'series', id: idOf('series') },
    requestedBy: embeddedAccountId('caregiver'),
    requestedAt: at('2027-05-01T08:00:00Z'),
    confirmedAt: at('2027-05-01T08:01:00Z'),
    step: { actor: 'provider', since: at('2027-05-01T08:00:00Z') },
    revision: 2,
  });

export const bookingsWorld = () => ({
  bookings: [
    booking('booking', { household: 'household', provider: 'provider', offer: 'offer', status: 'awaiting-acceptance' }),
    booking('booking-confirmed', { household: 'household', provider: 'provider', offer: 'offer', status: 'confirmed' }),
    booking('booking-delivered', { household: 'household', provider: 'provider', offer: 'offer', status: 'delivered' }),
    booking('booking-helper', {
      household: 'household',
      provider: 'organisation',
      offer: 'offer-helper',
      status: 'awaiting-helper',
    }),
    booking('booking-helper-delivered', {
      household: 'household',
      provider: 'organisation',
      offer: 'offer-helper',
      status: 'delivered',
    }),
    booking('booking-helper-confirmed', {
      household: 'household',
      provider: 'organisation',
      offer: 'offer-helper',
      status: 'confirmed',
    }),
    booking('other-booking', {
      household: 'other-household',
      provider: 'other-provider',
      offer: 'other-offer',
      status: 'confirmed',
    }),
  ],
});

/** Who watches which booking, and a way to tell them that it changed. */
export const createWatchers = () => {
  const watchers = new Set<{ bookingId: string; onChange: () => void }>();
  return {
    watchers,
    changed: (bookingId: string) => {
      for (const it of [...watchers]) if (it.bookingId === bookingId) it.onChange();
    },
  };
};
type Watchers = ReturnType<typeof createWatchers>['watchers'];

/** The operations of bookings on single bookings. */
export const fakeBookings = ({ yes }: Kit, world: ReturnType<typeof bookingsWorld>, watchers: Watchers) => {
  const theBooking = () => first(world.bookings);

  return {
    requestBooking: yes('requestBooking', theBooking),
    confirmBooking: yes('confirmBooking', theBooking),
    acceptBooking: yes('acceptBooking', theBooking),
    declineBooking: yes('declineBooking', theBooking),
    cancelBooking: yes('cancelBooking', theBooking),
    rescheduleBooking: yes('rescheduleBooking', theBooking),
    setCaregiverJoins: yes('setCaregiverJoins', theBooking),
    recordDelivery: yes('recordDelivery', theBooking),
    recordNoCare: yes('recordNoCare', theBooking),
    findBooking: async ({ bookingId }) => world.bookings.find((it) => it.bookingId === bookingId),
    listBookings: async ({ householdId, providerId }) =>
      firstPage(
        world.bookings.filter(
          (it) => (!householdId || it.householdId === householdId) && (!providerId || it.providerId === providerId),
        ),
      ),
    unmetDemand: async ({ municipality }) =>
      [
        { form: 'F01', municipality: '0603', month: '2027-05', count: 2 },
        { form: 'F01', municipality: '0518', month: '2027-05', count: 3 },
      ]
        .map((it) => UnmetDemandRow.parse(it))
        .filter((it) => !municipality || it.municipality === municipality),
    watchBooking: (bookingId, onChange) => {
      const watcher = { bookingId, onChange: () => onChange({ bookingId, revision: 3, what: 'changed' }) };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  } satisfies Partial<Bookings>;
};
