import type { Bookings, Offers } from '@adempauze/contracts';
import type { Log, Reaction, Reactions } from '@adempauze/event-bus';
import {
  type CommandHandler,
  createCommandHandler,
  type EventStore,
  type ReadModel,
  type SourceEvent,
} from '@adempauze/event-store';
import { type Clock, derivedId } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { callOf } from '../calls.ts';
import type { Codecs } from '../codecs.ts';
import type { EndWithCare } from '../ending/ending.ts';
import type { HouseholdCommand, HouseholdState } from '../household/household.decider.ts';
import type { Sweep } from '../processes.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { UnderWay } from '../under-way.ts';
import { proposalDecider } from './proposal.decider.ts';
import { proposalStream } from './proposal.events.ts';
import { partsNow } from './proposal.state.rules.ts';
import { createProposalApi } from './proposal-api.ts';
import { dueProposals, listedProposals } from './proposal-list.ts';
import { createProposalProcess, type ProposalMakers } from './proposal-process.ts';
import { beginOf } from './proposed.rules.ts';

/** Far more than stand at a time. */
const mostEnded = 1000;

/** Proposals by professionals (R02): the api, what goes on by itself, and what expires. */
export const createProposals = ({
  store,
  codecs,
  bookings,
  households,
  briefs,
  offers,
  makers,
  needsAdult,
  readModel,
  underWay,
  clock,
  log,
}: {
  readonly store: EventStore;
  readonly codecs: Pick<Codecs, 'proposal'>;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer' | 'releasePlaces'>;
  readonly makers: ProposalMakers & Pick<Bookings, 'findBooking'>;
  readonly needsAdult: Parameters<typeof createProposalApi>[0]['needsAdult'];
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const handler = createCommandHandler({
    ...{ store, clock, decider: proposalDecider, codec: codecs.proposal, streamOf: proposalStream },
    cachedStreams: 1000,
  });
  const process = createProposalProcess({ handler, bookings, makers, offers, clock, log });

  /** Goes on where it stopped, unless this very process is at it. */
  const goOn = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    const id = String(event.data.proposalId);
    await underWay.ended(id);
    await process.take(id, { type: 'GoOn', now: clock() }, reaction.callFor('go-on'));
  };
  const reactions: Reactions = {
    ...{ ProposalMade: goOn, ProposedAgain: goOn },
    ...{ ProposalAccepted: goOn, ProposalDeclined: goOn, ProposalExpired: goOn, ProposalEnded: goOn },
    // What is held after the answer has to be let go of again.
    ProposalPartHeld: goOn,
  };
  const sweep: Sweep = {
    name: 'proposal-deadlines',
    due: (now, limit) => dueProposals(readModel.db, now, limit),
    async act({ id, deadlineAt }) {
      const commandId = derivedId('proposal-deadlines', id, deadlineAt);
      const context = { commandId, correlationId: commandId, actor: 'proposal-deadlines' };
      await process.take(id, { type: 'Expire', now: clock() }, context);
    },
  };
  /** The care ended: what stands of what is all to come then is let go of. Repeatable. */
  const endWithCare: EndWithCare = async ({ householdId, from, endedAt }, context) => {
    for (const { proposalId } of listedProposals(readModel.db, householdId, Number.MAX_SAFE_INTEGER, mostEnded)) {
      const { state } = await handler.load(proposalId);
      if (state?.status !== 'standing' || state.proposedAt > endedAt) continue;
      // What is still wanted before a later end keeps it: of the rest each booking ends by itself.
      const now = clock();
      const begins = partsNow(state).flatMap(({ part }) => {
        const what = state.made.parts[part]?.what;
        return (what && beginOf(what, now)) ?? [];
      });
      if (begins.some((begin) => now < begin && begin < from)) continue;
      const command = { type: 'EndWithCare', now } as const;
      await underWay.track(proposalId, () => process.take(proposalId, command, callOf(context, proposalId)));
    }
  };
  return {
    endWithCare,
    api: createProposalApi({
      ...{ handler, households, briefs, offers, makers, needsAdult, readModel, clock },
      process: { take: (id, command, context) => underWay.track(id, () => process.take(id, command, context)) },
    }),
    reactions,
    sweep,
    forget: () => handler.forget(),
  };
};
