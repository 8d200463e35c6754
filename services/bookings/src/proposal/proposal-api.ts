import type { Bookings, Offers, ProposalId, ProposalView, ProposedPart } from '@adempauze/contracts';
import type { ProcessManager } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import type { CallContext, Clock, Outcome } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import { latestFirst } from '../booking-overview/latest-first.ts';
import { callOf, rejection } from '../calls.ts';
import type { HouseholdCommand, HouseholdState } from '../household/household.decider.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { ProposalCommand } from './proposal.decider.ts';
import { latestParts, type ProposalState, statusOf } from './proposal.state.rules.ts';
import { type Became, proposalView } from './proposal.view.ts';
import { listedProposals } from './proposal-list.ts';
import { bookingOfPart, seriesOfPart, standsUntil, stayOfPart } from './proposed.rules.ts';

type ProposalApi = Pick<
  Bookings,
  'proposeRespite' | 'acceptProposal' | 'declineProposal' | 'proposeAgain' | 'findProposal' | 'listProposals'
>;

export const createProposalApi = ({
  handler,
  process,
  households,
  briefs,
  offers,
  makers,
  needsAdult,
  readModel,
  clock,
}: {
  readonly handler: Pick<CommandHandler<ProposalCommand, ProposalState>, 'load'>;
  readonly process: Pick<ProcessManager<ProposalCommand, ProposalState>, 'take'>;
  readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer'>;
  readonly makers: Pick<Bookings, 'findBooking' | 'findSeries' | 'findStay'>;
  /** Whether this account is a young caregiver's own, who signs no payment (A14). */
  readonly needsAdult: (householdId: ProposalView['householdId'], accountId: string) => Promise<boolean>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly clock: Clock;
}): ProposalApi => {
  const find = async (proposalId: ProposalId): Promise<ProposalView | undefined> => {
    const { state, revision } = await handler.load(proposalId);
    if (state === undefined || revision === undefined) return undefined;
    const became = await Promise.all(
      latestParts(state).map(async (it): Promise<readonly [number, Became]> => {
        const at = { round: it.round, part: it.part };
        switch (state.made.parts[it.part]?.what.kind) {
          case 'series':
            return [it.part, { series: await makers.findSeries({ seriesId: seriesOfPart(proposalId, at) }) }];
          case 'stay':
            return [it.part, { stay: await makers.findStay({ stayId: stayOfPart(proposalId, at) }) }];
          default:
            return [it.part, { booking: await makers.findBooking({ bookingId: bookingOfPart(proposalId, at) }) }];
        }
      }),
    );
    return proposalView(state, new Map(became), revision);
  };

  const take = async (
    proposalId: ProposalId,
    command: ProposalCommand,
    context: CallContext,
  ): Promise<Outcome<ProposalView>> => {
    try {
      const outcome = await process.take(proposalId, command, context);
      if (!outcome.accepted) return outcome;
      const value = await find(proposalId);
      return value === undefined
        ? rejection('proposal-not-found')
        : { accepted: true, position: outcome.position, value };
    } catch (error) {
      if (error instanceof PersonForgottenError) return rejection('person-forgotten');
      throw error;
    }
  };

  /** Who says it, and whether for somebody else. */
  const speakerOf = async (householdId: ProposalView['householdId'], by: string) => {
    const { state } = await households.load(householdId);
    return {
      onBehalf: state?.registered.caregiver.accountId !== by,
      hasMandate: state?.mandates.some(({ accountId }) => accountId === by) ?? false,
    };
  };

  const ofOffers = async (parts: readonly ProposedPart[]) => {
    const found = await Promise.all(
      parts.map(async (what) => {
        const offer = await offers.findOffer({ offerId: what.offerId });
        return offer && { what, providerId: offer.providerId, form: offer.form };
      }),
    );
    const known = found.filter((it) => it !== undefined);
    return known.length === parts.length ? known : undefined;
  };

  return {
    async proposeRespite({ proposalId, householdId, parts, days, note, proposedBy }, context) {
      const brief = await briefs.find(householdId);
      if (brief === undefined) return rejection('household-not-found');
      if (brief === 'forgotten') return rejection('person-forgotten');
      const known = await ofOffers(parts);
      if (known === undefined) return rejection('offer-not-found');
      const now = clock();
      const data = {
        ...{ proposalId, householdId, proposedBy, parts: known, until: standsUntil(parts, days, now) },
        ...{ caregiverId: brief.caregiverId, homeMunicipality: brief.recipientPlace.municipality },
        note: note === '' ? null : note,
      };
      return take(proposalId, { type: 'Propose', data, now }, context);
    },

    async acceptProposal({ proposalId, parts, by }, context) {
      const { state } = await handler.load(proposalId);
      if (state === undefined) return rejection('proposal-not-found');
      // Broken off while it was being held: that comes first, so that the answer is about all of it.
      if (statusOf(state) === 'asked')
        await process.take(proposalId, { type: 'GoOn', now: clock() }, callOf(context, 'go-on'));
      const { householdId } = state.made;
      const { onBehalf, hasMandate } = await speakerOf(householdId, by);
      if (onBehalf && !hasMandate) return rejection('mandate-needed');
      if (await needsAdult(householdId, by)) {
        const cents = (await find(proposalId))?.parts.reduce(
          (sum, it) => (parts === undefined || parts.includes(it.part) ? sum + (it.ownCostCents ?? 0) : sum),
          0,
        );
        if (cents !== 0) return rejection('adult-needed');
      }
      return take(proposalId, { type: 'Accept', parts, by, onBehalf, now: clock() }, context);
    },

    async declineProposal({ proposalId, reason, by }, context) {
      const { state } = await handler.load(proposalId);
      if (state === undefined) return rejection('proposal-not-found');
      const { onBehalf } = await speakerOf(state.made.householdId, by);
      return take(proposalId, { type: 'Decline', reason, by, onBehalf, now: clock() }, context);
    },

    async proposeAgain({ proposalId, days, proposedBy }, context) {
      const { state } = await handler.load(proposalId);
      if (state === undefined) return rejection('proposal-not-found');
      if ((await briefs.find(state.made.householdId)) === 'forgotten') return rejection('person-forgotten');
      const now = clock();
      const open = latestParts(state).flatMap(({ part, stage }) =>
        stage === 'agreed' || stage === 'confirm-asked' ? [] : (state.made.parts[part]?.what ?? []),
      );
      const until = standsUntil(open, days, now);
      return take(proposalId, { type: 'ProposeAgain', until, proposedBy, now }, context);
    },

    findProposal: ({ proposalId }) => find(proposalId),

    listProposals: ({ householdId, waitFor, page }) =>
      latestFirst(
        readModel,
        { waitFor, page },
        (before, limit) => listedProposals(readModel.db, householdId, before, limit),
        (row) => find(row.proposalId),
      ),
  };
};
