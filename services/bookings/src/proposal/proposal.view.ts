import type {
  BookingStatus,
  BookingView,
  PartStatus,
  ProposalPartView,
  ProposalView,
  SeriesView,
  StayView,
} from '@adempauze/contracts';
import { orWhenRedacted } from '@adempauze/kernel';
import { latestParts, type PartStage, type PartState, type Proposal, statusOf } from './proposal.state.rules.ts';
import { bookingOfPart, seriesOfPart, stayOfPart } from './proposed.rules.ts';

/** What a part became, as far as it is there. */
export type Became = {
  readonly booking?: BookingView | undefined;
  readonly series?: SeriesView | undefined;
  readonly stay?: StayView | undefined;
};

/** What the household sees of a proposal. `became` has what each part became, by its place. */
export const proposalView = (state: Proposal, became: ReadonlyMap<number, Became>, revision: number): ProposalView => {
  const { made, round, until, proposedBy, proposedAt, answer, declineReason } = state;
  const parts = latestParts(state).flatMap((it) => partView(state, it, became.get(it.part) ?? {}));
  return {
    proposalId: made.proposalId,
    householdId: made.householdId,
    status: statusOf(state),
    round,
    parts,
    note: orWhenRedacted(made.note, null),
    ...{ proposedBy, proposedAt, until, answer, declineReason },
    ownCostCents: parts.reduce((sum, { ownCostCents }) => sum + (ownCostCents ?? 0), 0),
    revision,
  };
};

const partView = ({ made }: Proposal, it: PartState, { booking, series, stay }: Became): ProposalPartView[] => {
  const of = made.parts[it.part];
  if (of === undefined) return [];
  const { what, providerId, form } = of;
  const { offerId, resourceId = null, placeOfService } = what;
  const status = statuses[it.stage];
  const counts = status === 'held' || status === 'accepted';
  const { times, ownCostCents } = counts ? sumOf({ booking, series, stay }) : { times: 0, ownCostCents: null };
  const at = { round: it.round, part: it.part };
  return [
    {
      ...{ part: it.part, kind: what.kind, offerId, providerId, form, resourceId, placeOfService, status },
      span: what.kind === 'series' ? null : what.span,
      rule: what.kind === 'series' ? what.rule : null,
      bookingId: booking === undefined ? null : bookingOfPart(made.proposalId, at),
      seriesId: series === undefined ? null : seriesOfPart(made.proposalId, at),
      stayId: stay === undefined ? null : stayOfPart(made.proposalId, at),
      ...{ times, refusal: it.no, ownCostCents },
    },
  ];
};

const statuses: Readonly<Record<PartStage, PartStatus>> = {
  'hold-asked': 'asked',
  held: 'held',
  refused: 'refused',
  'confirm-asked': 'held',
  agreed: 'accepted',
  lost: 'lost',
  'release-asked': 'released',
  released: 'released',
};

const over: ReadonlySet<BookingStatus> = new Set(['cancelled', 'declined', 'expired', 'refused', 'not-given']);
/** How many times are held or agreed, and what they cost the caregiver at most. */
const sumOf = ({ booking, series, stay }: Became) => {
  const counts = (status: BookingStatus | null | undefined) =>
    status !== null && status !== undefined && !over.has(status);
  const times =
    (counts(booking?.status) ? 1 : 0) +
    (series?.dates.filter(({ status }) => counts(status)).length ?? 0) +
    (stay?.steps.filter(({ status }) => counts(status)).length ?? 0);
  const bookingCents = booking !== undefined && counts(booking.status) ? booking.quote.ownCostCents : 0;
  return { times, ownCostCents: bookingCents + (series?.ownCostCents ?? 0) + (stay?.ownCostCents ?? 0) };
};
