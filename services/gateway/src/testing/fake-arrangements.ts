import { ActivationView, ArrangementView, BackupsView, type Bookings } from '@adempauze/contracts';
import { at, embeddedAccountId, first, firstPage, idOf, type Kit, secrets, span } from './fake-basics.ts';

const turn = { actor: 'caregiver', since: at('2027-05-01T08:00:00Z'), until: at('2027-05-01T08:15:00Z') };

const arrangement = (key: string, household: string) =>
  ArrangementView.parse({
    arrangementId: idOf(key),
    householdId: idOf(household),
    purpose: secrets.purpose,
    requestedBy: embeddedAccountId('caregiver'),
    plannedAt: at('2027-05-01T08:00:00Z'),
    parts: [
      {
        ...{ partId: idOf(`${key}-part`), kind: 'booking', form: 'F24', offerId: idOf('offer') },
        ...{ providerId: idOf('provider'), span, bookingId: idOf('booking'), seriesId: null, stayId: null },
        tripOf: { partId: idOf(`${key}-care`), leg: 'there', blocks: true },
        ...{ status: 'ended', reason: { code: 'place-taken', facts: {} }, end: 'lost', blocked: false },
        ...{ ownCostCents: 2500, turn },
      },
    ],
    ownCostCents: 2500,
    next: { step: 'confirm', ...turn },
    revision: 2,
  });

const backups = (household: string) =>
  BackupsView.parse({
    householdId: idOf(household),
    backups: [
      {
        ...{ offerId: idOf('offer'), resourceId: idOf('resource'), placeOfService: 'recipient-home' },
        ...{ providerId: idOf('provider'), form: 'F25' },
      },
    ],
    agreedBy: embeddedAccountId('caregiver'),
    agreedAt: at('2027-05-01T08:00:00Z'),
    smallNetwork: true,
  });

const activation = (key: string, household: string) =>
  ActivationView.parse({
    activationId: idOf(key),
    householdId: idOf(household),
    requestedBy: embeddedAccountId('caregiver'),
    activatedAt: at('2027-05-01T08:00:00Z'),
    dates: [
      {
        ...{ span, insteadOf: idOf('booking'), status: 'found', bookingId: idOf('booking-confirmed') },
        ...{ bookingStatus: 'confirmed', offerId: idOf('offer'), providerId: idOf('provider') },
        tried: [{ offerId: idOf('offer'), code: 'place-taken', facts: {} }],
      },
    ],
    revision: 2,
  });

export const arrangementsWorld = () => ({
  arrangements: [arrangement('arrangement', 'household'), arrangement('other-arrangement', 'other-household')],
  backups: [backups('household'), backups('other-household')],
  activations: [activation('activation', 'household'), activation('other-activation', 'other-household')],
});

/** The operations of bookings on arrangements and backups. */
export const fakeArrangements = ({ yes }: Kit, world: ReturnType<typeof arrangementsWorld>) => {
  const theArrangement = () => first(world.arrangements);
  const theBackups = () => first(world.backups);
  return {
    planArrangement: yes('planArrangement', theArrangement),
    addArrangementParts: yes('addArrangementParts', theArrangement),
    confirmArrangement: yes('confirmArrangement', theArrangement),
    endArrangementParts: yes('endArrangementParts', theArrangement),
    findArrangement: async ({ arrangementId }) => world.arrangements.find((it) => it.arrangementId === arrangementId),
    listArrangements: async ({ householdId }) =>
      firstPage(world.arrangements.filter((it) => it.householdId === householdId)),
    nameBackups: yes('nameBackups', theBackups),
    noteNetwork: yes('noteNetwork', theBackups),
    activateBackup: yes('activateBackup', () => first(world.activations)),
    findBackups: async ({ householdId }) => world.backups.find((it) => it.householdId === householdId) ?? theBackups(),
    findActivation: async ({ activationId }) => world.activations.find((it) => it.activationId === activationId),
  } satisfies Partial<Bookings>;
};
