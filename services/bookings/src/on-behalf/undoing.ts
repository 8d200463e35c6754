import {
  ArrangementId,
  BookingId,
  type Bookings,
  MandateId,
  OfferId,
  type OnBehalfView,
  ProposalId,
  SeriesId,
  StayId,
  WaitingId,
  WishId,
} from '@adempauze/contracts';
import { type Ask, createProcessManager, type Log, type Reaction, type Reactions } from '@adempauze/event-bus';
import { createCommandHandler, type EventStore, type ReadModel, type SourceEvent } from '@adempauze/event-store';
import { type CallContext, type Clock, dayOf, type Outcome } from '@adempauze/kernel';
import { callOf, rejection } from '../calls.ts';
import type { Codecs } from '../codecs.ts';
import type { UnderWay } from '../under-way.ts';
import type { OnBehalfFacts } from './done-on-behalf.ts';
import { foundOnBehalf, listedOnBehalf } from './on-behalf-list.ts';
import { type Undo, type UndoCommand, type UndoState, undoDecider } from './undo.decider.ts';
import { undoStream } from './undo.events.ts';

/** How long a list may wait for its read model. */
const waitMs = 2000;

type UndoAsk = Ask & { readonly undo: Undo };

/** What taking something back comes down to. */
export type Undoers = Pick<
  Bookings,
  | 'cancelBooking'
  | 'rescheduleBooking'
  | 'endSeries'
  | 'endStay'
  | 'leaveWaitingList'
  | 'withdrawMandate'
  | 'findProposal'
  | 'endWish'
  | 'findArrangement'
  | 'endArrangementParts'
>;

/** What was done for a caregiver is seen by them, and taken back in one action (R27). */
export const createUndoing = ({
  store,
  codecs,
  readModel,
  undoers,
  underWay,
  clock,
  log,
}: {
  readonly store: EventStore;
  readonly codecs: Pick<Codecs, 'undo'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly undoers: Undoers;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const handler = createCommandHandler({
    ...{ store, clock, decider: undoDecider, codec: codecs.undo, streamOf: undoStream },
    cachedStreams: 500,
  });

  const cancel = async (id: string, context: CallContext): Promise<Outcome<unknown>> => {
    const outcome = await undoers.cancelBooking({ bookingId: BookingId.parse(id), by: 'caregiver' }, context);
    // What has ended by itself is taken back as well as can be.
    return !outcome.accepted && outcome.rejection.code === 'booking-ended' ? done : outcome;
  };
  const endSeries = (id: string, from: ReturnType<typeof dayOf>, context: CallContext) =>
    undoers.endSeries({ seriesId: SeriesId.parse(id), from, by: 'caregiver' }, context);
  const endStay = async (id: string, context: CallContext): Promise<Outcome<unknown>> => {
    const end = { stayId: StayId.parse(id), by: 'caregiver', reason: 'cancelled' } as const;
    const outcome = await undoers.endStay(end, context);
    return !outcome.accepted && outcome.rejection.code === 'stay-ended' ? done : outcome;
  };

  /** Every part that was agreed to with that yes; one that has begun already does not keep the others. */
  const endProposal = async (id: string, parts: readonly number[], context: CallContext): Promise<Outcome<unknown>> => {
    const proposal = await undoers.findProposal({ proposalId: ProposalId.parse(id) });
    let answer: Outcome<unknown> = done;
    for (const { part, status, bookingId, seriesId, stayId } of proposal?.parts ?? []) {
      if (status !== 'accepted' || !parts.includes(part)) continue;
      const call = callOf(context, `part-${part}`);
      const outcome =
        bookingId !== null
          ? await cancel(bookingId, call)
          : seriesId !== null
            ? await endSeries(seriesId, dayOf(clock()), call)
            : stayId !== null
              ? await endStay(stayId, call)
              : done;
      if (!outcome.accepted) answer = outcome;
    }
    return answer;
  };

  /** All that is in the plan, or `only` these, and has not ended. */
  const endArrangement = async (
    id: string,
    only: OnBehalfFacts['partIds'],
    context: CallContext,
  ): Promise<Outcome<unknown>> => {
    const arrangementId = ArrangementId.parse(id);
    const plan = await undoers.findArrangement({ arrangementId });
    const partIds = (plan?.parts ?? []).flatMap(({ partId, status }) =>
      status === 'ended' || only?.includes(partId) === false ? [] : [partId],
    );
    return partIds.length === 0 ? done : undoers.endArrangementParts({ arrangementId, partIds }, context);
  };

  const undo = ({ asked }: Undo, context: CallContext): Promise<Outcome<unknown>> => {
    const { what, ref, facts, householdId } = asked;
    const { movedFrom, placeMovedFrom: placeOfService, from, offerId, parts = [] } = facts;
    if (what === 'booking-moved' && movedFrom !== undefined) {
      const back = { bookingId: BookingId.parse(ref.id), span: movedFrom, ...(placeOfService && { placeOfService }) };
      return undoers.rescheduleBooking(back, context);
    }
    switch (ref.kind) {
      case 'booking':
        return cancel(ref.id, context);
      case 'series':
        return endSeries(ref.id, from ?? dayOf(clock()), context);
      case 'stay':
        return endStay(ref.id, context);
      case 'mandate':
        return undoers.withdrawMandate({ householdId, mandateId: MandateId.parse(ref.id) }, context);
      case 'waiting': {
        const line = { offerId: OfferId.parse(offerId), waitingId: WaitingId.parse(ref.id) };
        return undoers.leaveWaitingList(line, context);
      }
      case 'wish':
        return undoers.endWish({ wishId: WishId.parse(ref.id) }, context);
      case 'arrangement':
        return endArrangement(ref.id, what === 'arrangement-extended' ? facts.partIds : undefined, context);
      case 'proposal':
        return endProposal(ref.id, parts, context);
      case 'household':
      case 'urgent':
      case 'agreement':
        return Promise.resolve(rejection('not-undoable'));
    }
  };

  const process = createProcessManager<UndoCommand, UndoState, UndoAsk>({
    name: 'undo',
    handler,
    asks: (state) => (state?.status === 'asked' ? [{ id: `undo-${state.tries}`, undo: state }] : []),
    async perform(ask, context) {
      const outcome = await undo(ask.undo, context);
      if (outcome.accepted) return { type: 'RecordDone', now: clock() };
      return { type: 'RecordRefused', ...outcome.rejection, now: clock() };
    },
    log,
  });

  const goOn = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    const entryId = String(event.data.entryId);
    await underWay.ended(entryId);
    await process.take(entryId, { type: 'GoOn', now: clock() }, reaction.callFor('go-on'));
  };
  const reactions: Reactions = { UndoAsked: goOn };

  const api: Pick<Bookings, 'undoOnBehalf' | 'listOnBehalf'> = {
    async undoOnBehalf({ householdId, entryId, by, waitFor }, context): Promise<Outcome<OnBehalfView>> {
      if (waitFor !== undefined) await readModel.waitFor(waitFor, waitMs);
      const found = foundOnBehalf(readModel.db, householdId, entryId);
      if (found === undefined) return rejection('on-behalf-not-found');
      const { view, facts } = found;
      if (view.undone !== null) return { accepted: true, position: undefined, value: view };
      if (!view.undoable) return rejection('not-undoable');
      const { what, ref } = view;
      const command: UndoCommand = { type: 'Undo', data: { entryId, householdId, what, ref, facts, by }, now: clock() };
      const outcome = await underWay.track(entryId, () => process.take(entryId, command, context));
      if (!outcome.accepted) return outcome;
      const { value: state, position } = outcome;
      if (state?.status === 'refused' && state.no !== null) return { accepted: false, rejection: state.no };
      const undone = { at: clock(), by: state?.asked.by ?? by };
      return { accepted: true, position, value: { ...view, undoable: false, undone } };
    },
    async listOnBehalf({ householdId, waitFor }) {
      if (waitFor !== undefined) await readModel.waitFor(waitFor, waitMs);
      return listedOnBehalf(readModel.db, householdId);
    },
  };
  return { api, reactions, forget: () => handler.forget() };
};

const done: Outcome<unknown> = { accepted: true, position: undefined, value: undefined };
