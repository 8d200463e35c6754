import {
  type BookingId,
  type BookingStatus,
  type Bookings,
  mostPlacesAtOnce,
  type Offers,
  type PlanStay,
  type ProposedPart,
  type RequestSeries,
  type SeriesView,
  type StayView,
} from '@adempauze/contracts';
import { type Ask, createProcessManager, type Log, type ProcessManager } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import { type CallContext, type Clock, dayOf, type Instant, isRedacted, type Outcome } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { callOf, rejection } from '../calls.ts';
import type { Requesting } from '../requesting/request-booking.ts';
import { bookingOfDate } from '../series/series.view.ts';
import { bookingOfStep } from '../stay/stay.view.ts';
import type { ProposalCommand } from './proposal.decider.ts';
import type { PartState, Proposal, ProposalState } from './proposal.state.rules.ts';
import { bookingOfPart, ruleToday, seriesOfPart, stayOfPart } from './proposed.rules.ts';

type ProposalAsk = Ask & {
  readonly kind: 'hold' | 'confirm' | 'release';
  readonly at: PartState;
  readonly what: ProposedPart;
  readonly proposal: Proposal;
};

/** What is to be let go of goes first, so that its places are free for whatever is held after it. */
const asksOf = (proposal: ProposalState): ProposalAsk[] => {
  if (proposal === undefined) return [];
  const all = [...proposal.parts.values()];
  return (['release', 'confirm', 'hold'] as const).flatMap((kind) =>
    all.flatMap((at) => {
      const what = proposal.made.parts[at.part]?.what;
      if (at.stage !== `${kind}-asked` || what === undefined) return [];
      const times = kind === 'release' ? `-${at.releases}` : '';
      return [{ id: `${kind}-${at.round}-${at.part}${times}`, kind, at, what, proposal }];
    }),
  );
};

const agreedStatuses: ReadonlySet<BookingStatus | null> = new Set([
  ...(['confirmed', 'reserved', 'awaiting-acceptance', 'awaiting-helper', 'delivered'] as const),
]);

/** What a proposal is made of, with until when it is held. */
export type ProposalMakers = {
  readonly requestBooking: Requesting;
  readonly requestSeries: (
    input: RequestSeries & { readonly proposedUntil: Instant },
    context: CallContext,
  ) => Promise<Outcome<SeriesView>>;
  readonly planStay: (
    input: PlanStay & { readonly proposedUntil: Instant },
    context: CallContext,
  ) => Promise<Outcome<StayView>>;
} & Pick<
  Bookings,
  | 'confirmBooking'
  | 'cancelBooking'
  | 'confirmSeries'
  | 'endSeries'
  | 'findSeries'
  | 'confirmStay'
  | 'endStay'
  | 'findStay'
>;

/**
 * Makes of each part what it is, a booking, a series or a stay, held as long as the proposal stands; confirms what was
 * accepted, and lets go of the rest. Everything has an id derived from proposal, round and part.
 */
export const createProposalProcess = ({
  handler,
  bookings,
  makers,
  offers,
  clock,
  log,
}: {
  readonly handler: CommandHandler<ProposalCommand, ProposalState>;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly makers: ProposalMakers;
  readonly offers: Pick<Offers, 'releasePlaces'>;
  readonly clock: Clock;
  readonly log: Log;
}): ProcessManager<ProposalCommand, ProposalState> => {
  /** Yes when something of it is held. */
  const hold = async ({ at, what, proposal }: ProposalAsk, context: CallContext): Promise<Outcome<unknown>> => {
    const { made, until } = proposal;
    const { proposalId, householdId } = made;
    // Gone on with too late: an expired hold would hold nothing.
    if (until <= clock()) return rejection('time-in-the-past');
    const note = isRedacted(made.note) ? '' : (made.note ?? '');
    const { offerId, resourceId, placeOfService } = what;
    const joins = what.caregiverJoins === undefined ? {} : { caregiverJoins: what.caregiverJoins };
    const asked = { householdId, offerId, placeOfService, purpose: note, requestedBy: proposal.proposedBy, ...joins };
    const place = resourceId === undefined ? {} : { resourceId };
    switch (what.kind) {
      case 'booking': {
        const outcome = await makers.requestBooking(
          {
            ...{ ...asked, ...place, bookingId: bookingOfPart(proposalId, at), span: what.span, holdUntil: until },
            partOf: { kind: 'proposal', id: proposalId },
          },
          context,
        );
        if (!outcome.accepted) return outcome;
        return outcome.value.status === 'held' ? outcome : rejection('booking-not-held');
      }
      case 'series': {
        const seriesId = seriesOfPart(proposalId, at);
        // Gone on with on another day, it is still the series that was asked for.
        const rule = (await makers.findSeries({ seriesId }))?.rule ?? ruleToday(what.rule, clock());
        if (rule === undefined) return rejection('time-in-the-past');
        const input = { ...asked, ...place, seriesId, rule, proposedUntil: until };
        const outcome = await makers.requestSeries(input, context);
        if (!outcome.accepted) return outcome;
        const { dates } = outcome.value;
        if (dates.some(({ status }) => status === 'held')) return outcome;
        const [no] = dates.flatMap(({ skipped }) => skipped ?? []);
        return no === undefined ? rejection('series-not-held') : rejection(no.code, no.facts);
      }
      case 'stay': {
        const { span, steps, waived } = what;
        const outcome = await makers.planStay(
          {
            ...{ ...asked, resourceId: what.resourceId, stayId: stayOfPart(proposalId, at), proposedUntil: until },
            ...{ span, steps, waived },
          },
          context,
        );
        if (!outcome.accepted) return outcome;
        return outcome.value.status === 'held' ? outcome : rejection('stay-not-held');
      }
    }
  };

  const confirm = async (ask: ProposalAsk, context: CallContext): Promise<Outcome<unknown>> => {
    const { at, what } = ask;
    const { proposalId } = ask.proposal.made;
    switch (what.kind) {
      case 'booking': {
        const outcome = await makers.confirmBooking({ bookingId: bookingOfPart(proposalId, at) }, context);
        if (!outcome.accepted) return outcome;
        return agreedStatuses.has(outcome.value.status) ? outcome : rejection('booking-not-held');
      }
      case 'series': {
        const outcome = await makers.confirmSeries({ seriesId: seriesOfPart(proposalId, at) }, context);
        if (!outcome.accepted) return outcome;
        return outcome.value.dates.some(({ status }) => agreedStatuses.has(status))
          ? outcome
          : rejection('series-not-held');
      }
      case 'stay': {
        const outcome = await makers.confirmStay({ stayId: stayOfPart(proposalId, at) }, context);
        if (!outcome.accepted) return outcome;
        return outcome.value.status === 'confirmed' ? outcome : rejection('stay-not-held');
      }
    }
  };

  /** Bookings that are still held end, and no place stays behind that a broken hold left. */
  const letGo = async (ids: readonly BookingId[], what: ProposedPart, context: CallContext): Promise<void> => {
    const free: BookingId[] = [];
    for (const bookingId of ids) {
      const { state } = await bookings.load(bookingId);
      // What the caregiver said yes to by another way is hers, whatever becomes of the proposal.
      if (agreedStatuses.has(state?.status ?? null)) continue;
      free.push(bookingId);
      if (state?.status === 'held')
        await makers.cancelBooking({ bookingId, by: 'caregiver' }, callOf(context, `cancel/${bookingId}`));
    }
    const { resourceId } = what;
    if (resourceId === undefined) return;
    for (let from = 0; from < free.length; from += mostPlacesAtOnce) {
      const place = { resourceId, bookingIds: free.slice(from, from + mostPlacesAtOnce), reason: 'cancelled' as const };
      await offers.releasePlaces(place, callOf(context, `free-${from}`));
    }
  };

  const release = async ({ at, what, proposal }: ProposalAsk, context: CallContext): Promise<void> => {
    const { proposalId } = proposal.made;
    if (what.kind === 'booking') return letGo([bookingOfPart(proposalId, at)], what, context);
    if (what.kind === 'series') {
      const seriesId = seriesOfPart(proposalId, at);
      const series = await makers.findSeries({ seriesId });
      if (series === undefined || series.status === 'confirmed') return;
      if (series.status === 'requested')
        await makers.endSeries({ seriesId, from: dayOf(clock()), by: 'caregiver' }, callOf(context, 'end'));
      return letGo(
        series.dates.map(({ on }) => bookingOfDate(seriesId, on)),
        what,
        context,
      );
    }
    const stayId = stayOfPart(proposalId, at);
    const stay = await makers.findStay({ stayId });
    if (stay === undefined || stay.status === 'confirmed') return;
    await makers.endStay({ stayId, by: 'caregiver', reason: 'cancelled' }, callOf(context, 'end'));
    return letGo(
      stay.steps.map((_step, index) => bookingOfStep(stayId, index)),
      what,
      context,
    );
  };

  return createProcessManager<ProposalCommand, ProposalState, ProposalAsk>({
    name: 'proposal',
    ...{ handler, asks: asksOf, log },
    async perform(ask, context) {
      const { round, part, releases } = ask.at;
      const at = { round, part };
      if (ask.kind === 'release') {
        await release(ask, context);
        return { type: 'RecordReleased', ...at, release: releases, now: clock() };
      }
      const outcome = ask.kind === 'hold' ? await hold(ask, context) : await confirm(ask, context);
      const now = clock();
      if (outcome.accepted) return { type: ask.kind === 'hold' ? 'RecordHeld' : 'RecordAgreed', ...at, now };
      return { type: ask.kind === 'hold' ? 'RecordRefused' : 'RecordLost', ...at, ...outcome.rejection, now };
    },
  });
};
