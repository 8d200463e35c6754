import { type Bookings, EndingView, PalliativeView, UrgentView } from '@adempauze/contracts';
import { at, embeddedAccountId, first, idOf, type Kit, secrets, span } from './fake-basics.ts';

const urgent = (key: string, household: string) =>
  UrgentView.parse({
    urgentId: idOf(key),
    householdId: idOf(household),
    need: secrets.profile,
    span,
    municipality: '0603',
    openedBy: embeddedAccountId('professional'),
    openedAt: at('2027-05-03T07:00:00Z'),
    // More than can be true at once, so that every field has something to show.
    status: 'open',
    outcome: 'covered',
    resolvedAt: at('2027-05-03T12:00:00Z'),
    owner: { kind: 'region', accountId: 'een-account', name: secrets.caregiver, since: at('2027-05-03T11:00:00Z') },
    escalatesAt: at('2027-05-03T13:00:00Z'),
    owners: [{ kind: 'region', accountId: 'een-account', how: 'escalated', since: at('2027-05-03T11:00:00Z') }],
    bookings: [
      { bookingId: idOf('booking'), offerId: idOf('offer'), span, status: 'confirmed', refusal: 'place-taken' },
    ],
    fundingStatus: 'guaranteed',
    revision: 2,
  });

export const lanesWorld = () => ({
  urgentCases: [urgent('urgent', 'household'), urgent('other-urgent', 'other-household')],
});

/** The operations of bookings on the urgent and palliative lanes, and on the end of care. */
export const fakeLanes = ({ yes }: Kit, world: ReturnType<typeof lanesWorld>) => {
  const theCase = () => first(world.urgentCases);
  const lane = () =>
    PalliativeView.parse({
      ...{ householdId: idOf('household'), active: true, words: secrets.profile },
      ...{ flaggedBy: embeddedAccountId('professional'), flaggedAt: at('2027-05-03T07:00:00Z') },
      confirmBy: at('2027-05-04T07:00:00Z'),
      late: [{ bookingId: idOf('booking'), at: at('2027-05-04T07:00:00Z') }],
      ...{ endedAt: at('2027-05-05T07:00:00Z'), endedWhy: 'lifted' },
    });
  const ending = () =>
    EndingView.parse({
      ...{ householdId: idOf('household'), ending: 'death', on: '2027-05-05', endedBy: 'een-account' },
      ...{ endedAt: at('2027-05-05T07:00:00Z'), released: [idOf('booking')], completedAt: at('2027-05-05T08:00:00Z') },
    });
  return {
    openUrgentCase: yes('openUrgentCase', theCase),
    bookUrgentOption: yes('bookUrgentOption', theCase),
    handOverUrgentCase: yes('handOverUrgentCase', theCase),
    resolveUrgentCase: yes('resolveUrgentCase', theCase),
    findUrgentCase: async ({ urgentId }) => world.urgentCases.find((it) => it.urgentId === urgentId),
    listUrgentCases: async ({ householdId }) =>
      world.urgentCases.filter((it) => householdId === undefined || it.householdId === householdId),
    flagPalliative: yes('flagPalliative', lane),
    liftPalliative: yes('liftPalliative', lane),
    findPalliative: async ({ householdId }) => ({ ...lane(), householdId }),
    endCare: yes('endCare', ending),
    listEndings: async ({ householdId }) => [{ ...ending(), householdId }],
  } satisfies Partial<Bookings>;
};
