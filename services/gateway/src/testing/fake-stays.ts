import { type Bookings, StayView } from '@adempauze/contracts';
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

const stay = (key: string, keys: Omit<BookingKeys, 'status'>) =>
  StayView.parse({
    stayId: idOf(key),
    householdId: idOf(keys.household),
    offerId: idOf(keys.offer),
    providerId: idOf(keys.provider),
    resourceId: idOf('resource'),
    form: 'F12',
    purpose: secrets.purpose,
    placeOfService: 'provider',
    requestedBy: embeddedAccountId('caregiver'),
    plannedAt: at('2027-05-01T08:00:00Z'),
    status: 'ended',
    steps: [
      {
        kind: 'part-day',
        span,
        bookingId: idOf('booking-confirmed'),
        status: 'confirmed',
        ownCostCents: 0,
        gate: 'none',
        outcome: { caregiver: 'go-on', recipient: 'no-word', house: 'go-on' },
        passedAt: at('2027-05-03T13:00:00Z'),
      },
      {
        kind: 'stay',
        span: { from: '2027-05-10T13:00:00Z', until: '2027-05-15T09:00:00Z' },
        bookingId: idOf('booking'),
        status: 'cancelled',
        ownCostCents: 0,
        gate: 'closed',
        outcome: { caregiver: null, recipient: null, house: null },
        passedAt: null,
      },
    ],
    waived: ['night'],
    refusal: { code: 'place-taken', facts: {} },
    endReason: 'does-not-fit',
    metWorkerIds: [idOf('worker')],
    ownCostCents: 0,
    turn: { actor: 'caregiver', since: at('2027-05-01T08:00:00Z'), until: at('2027-05-05T12:00:00Z') },
    revision: 3,
  });

export const staysWorld = () => ({
  stays: [
    stay('stay', { household: 'household', provider: 'provider', offer: 'offer' }),
    stay('stay-helper', { household: 'household', provider: 'organisation', offer: 'offer-helper' }),
    stay('other-stay', { household: 'other-household', provider: 'other-provider', offer: 'other-offer' }),
  ],
});

/** The operations of bookings on stays. */
export const fakeStays = ({ yes }: Kit, world: ReturnType<typeof staysWorld>) => {
  const theStay = () => first(world.stays);

  return {
    planStay: yes('planStay', theStay),
    confirmStay: yes('confirmStay', theStay),
    sayOutcome: yes('sayOutcome', theStay),
    endStay: yes('endStay', theStay),
    findStay: async ({ stayId }) => world.stays.find((it) => it.stayId === stayId),
    listStays: async ({ householdId, providerId }) =>
      firstPage(
        world.stays.filter(
          (it) => (!householdId || it.householdId === householdId) && (!providerId || it.providerId === providerId),
        ),
      ),
    proposeStay: async () => ({ isFirstStay: true, steps: [{ step: 'night', priceCents: 100 }] }),
  } satisfies Partial<Bookings>;
};
