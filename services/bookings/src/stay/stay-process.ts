import type { BookingId, Offers, StayStepView, Terms } from '@adempauze/contracts';
import { type Ask, createProcessManager, type Log, type ProcessManager } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import {
  type CallContext,
  type Clock,
  type Instant,
  isRedacted,
  type Outcome,
  overlaps,
  plusMs,
} from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import { atMost, type BookingState } from '../booking/booking.state.rules.ts';
import { callOf, rejection } from '../calls.ts';
import { chargeOf } from '../cancelling/charge.rules.ts';
import type { Promising } from '../promising/promising.ts';
import type { HeldLimit } from '../requesting/held-limit.ts';
import type { HouseholdBrief, HouseholdBriefs } from '../requesting/household-brief.ts';
import { holdMs, needOf, type Requesting } from '../requesting/request-booking.ts';
import type { StayCommand } from './stay.decider.ts';
import type { Stay, StayState } from './stay.state.rules.ts';
import { bookingOfStep } from './stay.view.ts';

type StayAsk = Ask & { readonly stay: Stay } & (
    | { readonly kind: 'hold' | 'confirm' | 'release' | 'record' }
    | { readonly kind: 'gate' | 'roster'; readonly step: number }
  );

/** What the stay still wants, in the order in which to ask it: what it lets go of first. */
const asksOf = (stay: StayState): StayAsk[] => {
  if (stay === undefined) return [];
  const { wants, steps } = stay;
  const asks: StayAsk[] = (['release', 'record', 'hold', 'confirm'] as const)
    .filter((kind) => wants.has(kind))
    .map((kind) => ({ id: kind, kind, stay }));
  const step = steps.findIndex(({ gate }) => gate === 'asked');
  if (step >= 0) asks.push({ id: `gate-${step}`, kind: 'gate', step, stay });
  const passed = steps.findLastIndex(({ passedAt }) => passedAt !== null);
  if (wants.has('roster') && passed >= 0) asks.push({ id: `roster-${passed}`, kind: 'roster', step: passed, stay });
  return asks;
};

/**
 * Makes of a plan its bookings, and of an outcome what follows from it. Places are held in one decision of the house's
 * calendar, and let go of in one.
 */
export const createStayProcess = ({
  handler,
  bookings,
  requestBooking,
  heldLimit,
  promising,
  briefs,
  offers,
  clock,
  log,
}: {
  readonly handler: CommandHandler<StayCommand, StayState>;
  readonly bookings: CommandHandler<BookingCommand, BookingState>;
  readonly requestBooking: Requesting;
  readonly heldLimit: HeldLimit;
  readonly promising: Pick<Promising, 'confirmTogether' | 'recordDelivery' | 'cancelAsAgreed'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'holdPlaces' | 'releasePlaces' | 'findResource' | 'rosterWorker'>;
  readonly clock: Clock;
  readonly log: Log;
}): ProcessManager<StayCommand, StayState> => {
  const idOf = ({ planned: { stayId } }: Stay, step: number) => bookingOfStep(stayId, step);

  const hold = async (stay: Stay, context: CallContext): Promise<Outcome<unknown>> => {
    const { planned, steps } = stay;
    const { stayId: of, householdId, proposedUntil } = planned;
    const now = clock();
    const heldUntil = atMost(proposedUntil ?? plusMs(now, holdMs), steps[0]?.span.from ?? now);
    const brief = await briefs.find(householdId);
    if (brief === undefined) return rejection('household-not-found');
    if (brief === 'forgotten') return rejection('person-forgotten');
    const bookingIds = steps.map((_step, index) => idOf(stay, index));
    // Broken off before, part of it is there: it was let through then.
    const isKnown = (await bookings.load(idOf(stay, 0))).state !== undefined;
    return heldLimit.within(
      { householdId, of, bookingIds, heldUntil, isKnown },
      async (tooMany) => tooMany ?? holdSteps(stay, brief, heldUntil, context),
    );
  };

  const holdSteps = async (
    stay: Stay,
    brief: HouseholdBrief,
    heldUntil: Instant,
    context: CallContext,
  ): Promise<Outcome<unknown>> => {
    const { planned, steps } = stay;
    const { stayId, householdId, offerId, resourceId, placeOfService, requestedBy, purpose } = planned;
    const joins = planned.caregiverJoins === undefined ? {} : { caregiverJoins: planned.caregiverJoins };
    const places = steps.map(({ kind, span }, index) => ({
      ...{ bookingId: idOf(stay, index), span },
      ...(kind === 'stay' ? {} : { step: kind }),
    }));
    const need = needOf({ placeOfService, ...joins }, brief);
    const held = await offers.holdPlaces(
      { resourceId, householdId, offerId, ...need, expiresAt: heldUntil, mode: 'all', places },
      callOf(context, `hold/${heldUntil}`),
    );
    const request = (index: number, answer: Outcome<Terms>) => {
      const { kind, span }: Pick<StayStepView, 'kind' | 'span'> = steps[index] ?? { kind: 'stay', span: noSpan() };
      return requestBooking(
        {
          ...{ bookingId: idOf(stay, index), householdId, offerId, resourceId, span, placeOfService, requestedBy },
          purpose: isRedacted(purpose) ? '' : (purpose ?? ''),
          partOf: { kind: 'stay', id: stayId },
          ...joins,
          gated: index > 0,
          ...(kind === 'stay' ? {} : { step: kind }),
          isCounted: true,
          place: { answer, heldUntil },
        },
        callOf(context, `step-${index}`),
      );
    };
    if (!held.accepted) {
      // The stay is what was wanted: it counts as demand that was not met, once.
      await request(steps.length - 1, held);
      return held;
    }
    for (const [index] of steps.entries()) {
      const terms = held.value.held.find(({ bookingId }) => bookingId === idOf(stay, index))?.terms;
      const answer: Outcome<Terms> =
        terms === undefined ? rejection('hold-not-found') : { accepted: true, position: held.position, value: terms };
      const requested = await request(index, answer);
      if (requested.accepted) continue;
      await release(stay, [...steps.keys()], context);
      return requested;
    }
    return { accepted: true, position: undefined, value: undefined };
  };

  /** Each booking ends first, so that no place is freed under one that stands; then their places are freed, together. */
  const release = async (stay: Stay, steps: readonly number[], context: CallContext): Promise<void> => {
    const { planned, end } = stay;
    const by = end?.by ?? 'caregiver';
    const agreedAt = end?.agreedAt ?? end?.endedAt;
    const bookingIds: BookingId[] = [];
    for (const step of steps) {
      const bookingId = idOf(stay, step);
      const outcome = await promising.cancelAsAgreed(
        { bookingId, by, charge: chargeOf(end?.charges, bookingId), agreedAt, keepsPlace: true },
        callOf(context, `cancel/${bookingId}`),
      );
      // What has begun keeps its place; what was over, or never came to be, needs none.
      if (outcome.accepted || outcome.rejection.code !== 'booking-already-begun') bookingIds.push(bookingId);
    }
    if (bookingIds.length === 0) return;
    const places = { resourceId: planned.resourceId, bookingIds, reason: 'cancelled' as const };
    await offers.releasePlaces(places, callOf(context, 'release-all'));
  };

  /** Whom the recipient met, as the house said or as its roster has it, is on duty in all that is to come. */
  const roster = async ({ planned: { resourceId }, steps }: Stay, passed: number, context: CallContext) => {
    const resource = await offers.findResource({ resourceId });
    const met = steps[passed];
    if (resource === undefined || met === undefined) return;
    const onDuty = resource.roster.filter(({ span }) => overlaps(span, met.span)).map(({ workerId }) => workerId);
    for (const workerId of new Set([...met.metWorkerIds, ...onDuty])) {
      for (const [index, { span }] of steps.entries()) {
        if (index <= passed) continue;
        await offers.rosterWorker({ resourceId, workerId, span }, callOf(context, `${workerId}/${index}`));
      }
    }
  };

  return createProcessManager<StayCommand, StayState, StayAsk>({
    name: 'stay',
    ...{ handler, asks: asksOf, log },
    async perform(ask, context) {
      const { stay } = ask;
      switch (ask.kind) {
        case 'hold': {
          const outcome = await hold(stay, context);
          if (outcome.accepted) return { type: 'RecordHeld', now: clock() };
          return { type: 'RecordRefused', ...outcome.rejection, now: clock() };
        }
        case 'confirm': {
          const yeses = stay.steps.map((_step, index) => ({
            ...{ bookingId: idOf(stay, index), context: callOf(context, `step-${index}`) },
          }));
          const answers = await promising.confirmTogether(yeses, 'all', context);
          return { type: 'RecordAgreed', lost: answers.some(({ accepted }) => !accepted), now: clock() };
        }
        case 'gate': {
          const bookingId = idOf(stay, ask.step);
          await bookings.handle(bookingId, { type: 'OpenGate', now: clock() }, callOf(context, bookingId));
          return { type: 'RecordGate', step: ask.step, now: clock() };
        }
        case 'roster':
          await roster(stay, ask.step, context);
          return { type: 'RecordRostered', step: ask.step, now: clock() };
        case 'release':
          await release(stay, stay.end?.release ?? [], context);
          return { type: 'RecordReleased', now: clock() };
        case 'record': {
          const given = stay.end?.given;
          if (given !== undefined) {
            const { step, deliveryId, quantity } = given;
            const bookingId = idOf(stay, step);
            await promising.recordDelivery({ bookingId, deliveryId, quantity }, callOf(context, 'given'));
            const { resourceId } = stay.planned;
            const place = { resourceId, bookingIds: [bookingId], reason: 'cancelled' as const };
            await offers.releasePlaces(place, callOf(context, 'free'));
          }
          return { type: 'RecordGiven', now: clock() };
        }
      }
    },
  });
};

const noSpan = (): never => {
  throw new RangeError('A stay has no such step.');
};
