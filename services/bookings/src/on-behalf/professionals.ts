import type { Bookings, Offers } from '@adempauze/contracts';
import type { Log, Reaction, Reactions } from '@adempauze/event-bus';
import type { CommandHandler, EventStore, Projection, ReadModel, SourceEvent } from '@adempauze/event-store';
import { type CallContext, type Clock, dayOf, instantOn, type Outcome, plusMonths } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { rejection } from '../calls.ts';
import type { Codecs } from '../codecs.ts';
import type { HouseholdCommand, HouseholdState } from '../household/household.decider.ts';
import { isStored } from '../integration/stored.ts';
import type { PersonCommand, PersonState } from '../person/person.decider.ts';
import type { createProcesses } from '../processes.ts';
import { proposalListProjection } from '../proposal/proposal-list.ts';
import { createProposals } from '../proposal/proposal-wiring.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { Requesting } from '../requesting/request-booking.ts';
import type { NeedsAdult } from '../signal/needs-adult.ts';
import { signalListProjection, signalledAs } from '../signal/signal-list.ts';
import { createSignals } from '../signal/signals.ts';
import { onBehalfProjection } from './on-behalf-list.ts';
import { createUndoing } from './undoing.ts';

/* What professionals do before, and for, a caregiver: signals (R01), proposals (R02), and acting on behalf (R27). */

export const professionalCategories = ['proposal', 'signal', 'undo'] as const;
export const professionalProjections: readonly Projection<SourceEvent>[] = [
  proposalListProjection,
  signalListProjection,
  onBehalfProjection,
];

/** After this long somebody asks how heavy the care is by now (A01). */
const loadCheckMonths = 3;

export const createProfessionals = ({
  store,
  codecs,
  bookings,
  households,
  persons,
  briefs,
  needsAdult,
  offers,
  requestBooking,
  promising,
  processes,
  withdrawMandate,
  forgetPerson,
  findBooking,
  readModel,
  clock,
  log,
}: {
  readonly store: EventStore;
  readonly codecs: Codecs;
  readonly bookings: CommandHandler<BookingCommand, BookingState>;
  readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
  readonly persons: Pick<CommandHandler<PersonCommand, PersonState>, 'load'>;
  readonly briefs: HouseholdBriefs;
  readonly needsAdult: NeedsAdult;
  readonly offers: Pick<Offers, 'findOffer' | 'releasePlaces'>;
  readonly requestBooking: Requesting;
  readonly promising: Pick<Bookings, 'confirmBooking' | 'cancelBooking'>;
  readonly processes: Pick<ReturnType<typeof createProcesses>, 'api' | 'tasks' | 'underWay'>;
  readonly withdrawMandate: Bookings['withdrawMandate'];
  readonly forgetPerson: Bookings['forgetPerson'];
  readonly findBooking: Bookings['findBooking'];
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const { underWay } = processes;
  const proposals = createProposals({
    ...{ store, codecs, bookings, households, briefs, offers, needsAdult, readModel, underWay, clock, log },
    makers: { ...processes.api, ...promising, requestBooking, findBooking },
  });
  const signals = createSignals({ store, codecs, households, persons, readModel, clock });
  const undoing = createUndoing({
    ...{ store, codecs, readModel, underWay, clock, log },
    undoers: { ...processes.api, ...proposals.api, cancelBooking: promising.cancelBooking, withdrawMandate },
  });

  /** A yes of a young caregiver to what costs something is an adult's to give, whatever it is to. */
  const withAdult =
    <I, V extends { householdId: Parameters<HouseholdBriefs['find']>[0]; ownCostCents: number }>(
      find: (input: I) => Promise<V | undefined>,
      act: (input: I, context: CallContext) => Promise<Outcome<V>>,
    ) =>
    async (input: I, context: CallContext): Promise<Outcome<V>> => {
      const found = await find(input);
      if (found !== undefined && found.ownCostCents > 0 && (await needsAdult(found.householdId, context.actor)))
        return rejection('adult-needed');
      return act(input, context);
    };

  /** Some months after the yes the contact person asks how it goes. */
  const checkLater = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    if (!isStored(event) || event.type !== 'ProposalAccepted') return;
    const { householdId, proposalId, acceptedAt } = event.data;
    const dueAt = instantOn(plusMonths(dayOf(acceptedAt), loadCheckMonths), '09:00');
    const about = { kind: 'load-check' as const, householdId, partOf: { kind: 'proposal' as const, id: proposalId } };
    await processes.tasks.set({ ...about, dueAt }, event.id, reaction.callFor('load-check'));
  };
  /** Somebody who was signalled before their household was known is the same person. */
  const forgetSignalled = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    for (const personId of signalledAs(readModel.db, String(event.data.personId)))
      await forgetPerson({ personId }, reaction.callFor(personId));
  };
  const answered = proposals.reactions.ProposalAccepted;
  const reactions: Reactions = {
    ...proposals.reactions,
    ...undoing.reactions,
    PersonForgotten: forgetSignalled,
    async ProposalAccepted(event, reaction) {
      await answered?.(event, reaction);
      await checkLater(event, reaction);
    },
  };
  const { findSeries, confirmSeries, findStay, confirmStay, findArrangement, confirmArrangement } = processes.api;
  return {
    api: {
      ...proposals.api,
      ...signals.api,
      ...undoing.api,
      confirmSeries: withAdult(findSeries, confirmSeries),
      confirmStay: withAdult(findStay, confirmStay),
      confirmArrangement: withAdult(findArrangement, confirmArrangement),
    },
    reactions,
    endProposals: proposals.endWithCare,
    sweeps: [proposals.sweep, signals.sweep],
    forget() {
      proposals.forget();
      signals.forget();
      undoing.forget();
    },
  };
};
