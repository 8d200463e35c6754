import { type Bookings, OnBehalfView, SignalView } from '@adempauze/contracts';
import { at, embeddedAccountId, first, idOf, type Kit, secrets } from './fake-basics.ts';
import { fakeProposals, proposalsWorld } from './fake-proposals.ts';

const onBehalf = (key: string, householdKey: string) =>
  OnBehalfView.parse({
    entryId: idOf(key),
    householdId: idOf(householdKey),
    what: 'booking-requested',
    ref: { kind: 'booking', id: idOf('booking') },
    at: at('2027-05-01T08:00:00Z'),
    by: embeddedAccountId('professional'),
    role: 'mandate',
    undoable: false,
    undone: { at: at('2027-05-02T08:00:00Z'), by: embeddedAccountId('caregiver') },
  });

const signal = (key: string, contact: string) =>
  SignalView.parse({
    signalId: idOf(key),
    status: 'closed',
    caregiver: {
      ...{ personId: idOf(`${key}-person`), accountId: null, name: secrets.caregiver, phone: null, email: null },
      ...{ birthYear: 2012, place: null },
    },
    municipality: '0603',
    note: secrets.profile,
    consents: ['caregiver', 'parent'],
    source: 'school',
    referredBy: embeddedAccountId('school'),
    contactPerson: { accountId: embeddedAccountId(contact), organisation: '' },
    dueAt: at('2027-05-02T08:00:00Z'),
    overdue: false,
    signalledAt: at('2027-05-01T08:00:00Z'),
    takenUpAt: at('2027-05-01T09:00:00Z'),
    householdId: idOf('household'),
    closedAt: at('2027-05-01T10:00:00Z'),
    closeReason: 'helped',
    revision: 2,
  });

export const professionalsWorld = () => ({
  ...proposalsWorld(),
  onBehalf: [onBehalf('done', 'household'), onBehalf('other-done', 'other-household')],
  signals: [signal('signal', 'professional'), signal('other-signal', 'other-professional')],
});

/** The operations of bookings on what professionals do before, and for, a caregiver. */
export const fakeProfessionals = (kit: Kit, world: ReturnType<typeof professionalsWorld>) => {
  const theSignal = () => first(world.signals);
  return {
    ...fakeProposals(kit, world),
    undoOnBehalf: kit.yes('undoOnBehalf', () => first(world.onBehalf)),
    listOnBehalf: async ({ householdId }) => world.onBehalf.filter((it) => it.householdId === householdId),
    signalCaregiver: kit.yes('signalCaregiver', theSignal),
    takeUpSignal: kit.yes('takeUpSignal', theSignal),
    closeSignal: kit.yes('closeSignal', theSignal),
    findSignal: async ({ signalId }) => world.signals.find((it) => it.signalId === signalId),
    listSignals: async ({ of, accountId }) =>
      world.signals.filter((it) => (of === 'referrer' ? it.referredBy : it.contactPerson.accountId) === accountId),
  } satisfies Partial<Bookings>;
};
