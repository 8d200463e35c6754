import { ActLimits, BookingAgreements, type Bookings, type TaskAgreementView } from '@adempauze/contracts';
import { at, first, idOf, type Kit } from './fake-basics.ts';

const agreement = (key: string, household: string, booking: string, doer: TaskAgreementView['doer']['kind']) =>
  BookingAgreements.shape.agreements.element.parse({
    agreementId: idOf(key),
    householdId: idOf(household),
    scope: { kind: 'booking', id: idOf(booking) },
    act: 'tube-feeding',
    doer: doer === 'caregiver' ? { kind: doer } : { kind: 'worker', workerId: idOf('worker') },
    liable: { kind: 'provider', providerId: idOf('provider') },
    instruction: { status: 'given', timesGiven: 1, since: at('2027-05-01T08:00:00Z') },
    reviewOn: '2027-08-01',
    recordedAt: at('2027-05-01T08:00:00Z'),
  });

export const agreementsWorld = () => ({
  agreements: [
    agreement('agreement-worker', 'household', 'booking', 'worker'),
    agreement('agreement-caregiver', 'household', 'booking', 'caregiver'),
    agreement('agreement-helper', 'household', 'booking-helper', 'worker'),
    agreement('other-agreement', 'other-household', 'other-booking', 'worker'),
  ],
});

/** The operations of bookings on who does which act. */
export const fakeTaskAgreements = ({ yes }: Kit, world: ReturnType<typeof agreementsWorld>) => {
  const theAgreement = () => first(world.agreements);
  const limits = () =>
    ActLimits.parse({ providerId: idOf('provider'), workers: ['suctioning'], volunteers: ['suctioning'] });

  return {
    recordTaskAgreement: yes('recordTaskAgreement', theAgreement),
    recordInstruction: yes('recordInstruction', theAgreement),
    declineTaskAgreement: yes('declineTaskAgreement', theAgreement),
    withdrawTaskAgreement: yes('withdrawTaskAgreement', theAgreement),
    setActLimits: yes('setActLimits', limits),
    findActLimits: async () => limits(),
    findBookingAgreements: async ({ bookingId }) =>
      BookingAgreements.parse({
        ...{ bookingId, householdId: idOf('household'), agreements: world.agreements.slice(0, 1) },
        ...{ missing: ['suctioning'], isComplete: false },
      }),
    findTaskAgreement: async ({ householdId, agreementId }) =>
      world.agreements.find((it) => it.agreementId === agreementId && it.householdId === householdId),
  } satisfies Partial<Bookings>;
};
