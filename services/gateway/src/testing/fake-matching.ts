import { Candidate, HelperView, type Matching, MatchView } from '@adempauze/contracts';
import { at, first, firstPage, idOf, type Kit, rijswijk, secrets, span } from './fake-basics.ts';

export const matchingWorld = () => ({
  helpers: ['helper', 'other-helper'].map((key, index) =>
    HelperView.parse({
      helperId: idOf(key),
      organisationId: idOf(index === 0 ? 'organisation' : 'other-provider'),
      name: secrets.helper,
      phone: '06-87654321',
      place: rijswijk,
      languages: ['nl'],
      forms: ['F06'],
      availability: [{ weekday: 1, from: '09:00', until: '17:00' }],
      maxHoursPerWeek: 8,
      about: { cultures: ['moroccan'], woman: true },
      assignments: [{ bookingId: idOf('booking-helper-confirmed'), span }],
    }),
  ),
  matches: ['match', 'other-match'].map((key, index) =>
    MatchView.parse({
      matchId: idOf(key),
      bookingId: idOf(index === 0 ? 'booking-helper' : 'other-booking'),
      householdId: idOf('household'),
      organisationId: idOf(index === 0 ? 'organisation' : 'other-provider'),
      form: 'F06',
      span,
      municipality: '0603',
      languages: ['nl'],
      status: 'open',
      helperId: idOf('helper'),
      awaits: 'family',
      answerBy: at('2027-05-02T08:00:00Z'),
      requestedAt: at('2027-05-01T08:00:00Z'),
      refusedBy: [idOf('other-helper')],
      revision: 1,
    }),
  ),
});

/** The operations of matching. */
export const fakeMatching = ({ yes }: Kit, world: ReturnType<typeof matchingWorld>) => {
  const theMatch = () => first(world.matches);

  return {
    registerHelper: yes('registerHelper', () => first(world.helpers)),
    approveHelper: yes('approveHelper', theMatch),
    findMatchOfBooking: async () => theMatch(),
    proposeHelper: yes('proposeHelper', theMatch),
    answerProposal: yes('answerProposal', theMatch),
    closeMatch: yes('closeMatch', theMatch),
    findMatch: async ({ matchId }) => world.matches.find((it) => it.matchId === matchId),
    listMatches: async ({ organisationId }) =>
      firstPage(world.matches.filter((it) => it.organisationId === organisationId)),
    listCandidates: async () => [
      Candidate.parse({
        helperId: idOf('helper'),
        name: secrets.helper,
        travelKm: 2.1,
        timesWithHousehold: 3,
        available: true,
        hoursThatWeek: 2,
        reasons: ['familiar-face', 'near'],
      }),
    ],
    listAskedOfHelper: async ({ helperId }) =>
      world.matches
        .filter((it) => it.helperId === helperId && it.status === 'proposed' && it.awaits === undefined)
        .map(({ bookingId, organisationId, form, span }) => ({ bookingId, organisationId, form, span })),
    findHelper: async ({ helperId }) => world.helpers.find((it) => it.helperId === helperId),
    listHelpers: async ({ organisationId }) =>
      firstPage(world.helpers.filter((it) => it.organisationId === organisationId)),
  } satisfies Partial<Matching>;
};
