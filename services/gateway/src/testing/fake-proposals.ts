import { type Bookings, ProposalView } from '@adempauze/contracts';
import { at, embeddedAccountId, first, firstPage, idOf, type Kit, secrets, span } from './fake-basics.ts';

const proposal = (key: string, householdKey: string) =>
  ProposalView.parse({
    proposalId: idOf(key),
    householdId: idOf(householdKey),
    status: 'declined',
    round: 2,
    parts: [
      {
        ...{ part: 0, kind: 'series', offerId: idOf('offer'), providerId: idOf('provider'), form: 'F01', span },
        ...{ resourceId: idOf('resource'), placeOfService: 'recipient-home', status: 'released', times: 1 },
        rule: {
          from: '2027-05-04',
          until: '2027-06-01',
          startsAt: '13:00',
          endsAt: '17:00',
          exceptions: ['2027-05-11'],
        },
        ...{ bookingId: idOf('booking'), seriesId: idOf('series'), stayId: idOf('stay'), ownCostCents: 0 },
        refusal: { code: 'place-taken', facts: {} },
      },
    ],
    note: secrets.purpose,
    proposedBy: embeddedAccountId('professional'),
    proposedAt: at('2027-05-01T08:00:00Z'),
    until: at('2027-05-03T08:00:00Z'),
    answer: { by: embeddedAccountId('caregiver'), onBehalf: false, at: at('2027-05-02T08:00:00Z') },
    declineReason: 'not-now',
    ownCostCents: 0,
    revision: 4,
  });

export const proposalsWorld = () => ({
  proposals: [proposal('proposal', 'household'), proposal('other-proposal', 'other-household')],
});

/** The operations of bookings on proposals by professionals. */
export const fakeProposals = ({ yes }: Kit, world: ReturnType<typeof proposalsWorld>) => {
  const theProposal = () => first(world.proposals);
  return {
    proposeRespite: yes('proposeRespite', theProposal),
    acceptProposal: yes('acceptProposal', theProposal),
    declineProposal: yes('declineProposal', theProposal),
    proposeAgain: yes('proposeAgain', theProposal),
    findProposal: async ({ proposalId }) => world.proposals.find((it) => it.proposalId === proposalId),
    listProposals: async ({ householdId }) => firstPage(world.proposals.filter((it) => it.householdId === householdId)),
  } satisfies Partial<Bookings>;
};
