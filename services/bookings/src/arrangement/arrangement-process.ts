import {
  BookingId,
  type Bookings,
  type BookingView,
  type EndSeries,
  type EndStay,
  SeriesId,
  StayId,
} from '@adempauze/contracts';
import { type Ask, createProcessManager, type Log, type ProcessManager } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import { type CallContext, type Clock, dayOf, derivedId, isRedacted, type Outcome } from '@adempauze/kernel';
import { callOf, rejection } from '../calls.ts';
import { type AtCost, type Charge, chargeOf } from '../cancelling/charge.rules.ts';
import type { Promising } from '../promising/promising.ts';
import type { Requesting } from '../requesting/request-booking.ts';
import type { ArrangementCommand } from './arrangement.decider.ts';
import { type Arrangement, type ArrangementState, type Part, partsOf } from './arrangement.state.rules.ts';
import type { PartLooks, PartThing } from './part-looks.ts';

/** What a part becomes: the same id whoever derives it. */
export const thingOfPart = (arrangementId: string, partId: string): string =>
  derivedId('arrangement', arrangementId, partId);

/** What the process asks of bookings, series and stays: their own operations. */
export type PartServices = Pick<
  Bookings,
  'confirmBooking' | 'rescheduleBooking' | 'requestSeries' | 'confirmSeries' | 'planStay' | 'confirmStay'
> &
  Pick<Promising, 'cancelAsAgreed'> & {
    readonly requestBooking: Requesting;
    readonly endSeries: (input: AtCost<EndSeries>, context: CallContext) => Promise<Outcome<unknown>>;
    readonly endStay: (input: AtCost<EndStay>, context: CallContext) => Promise<Outcome<unknown>>;
  };

type PartAsking = Ask & {
  readonly kind: 'hold' | 'confirm' | 'end' | 'move';
  readonly part: Part;
  readonly of: Arrangement;
};

/** What is let go of first; then moves; then what is to be held; then the yes: trips that block before what they block. */
export const asksOf = (state: ArrangementState): PartAsking[] => {
  if (state === undefined) return [];
  const parts = partsOf(state);
  const asks = (kind: PartAsking['kind'], count: (part: Part) => number, of: readonly Part[]): PartAsking[] =>
    of.map((part) => ({ id: `${kind}-${part.asked.partId}-${count(part)}`, kind, part, of: state }));
  const inStage = (stage: Part['stage']) => parts.filter((part) => part.stage === stage);
  return [
    // Trips before what they are trips of, whose end would let go of them for nothing.
    ...asks(
      'end',
      ({ ends }) => ends,
      inStage('end-asked').toSorted(
        (a, b) => Number(a.asked.tripOf === undefined) - Number(b.asked.tripOf === undefined),
      ),
    ),
    ...asks(
      'move',
      ({ moves }) => moves,
      parts.filter(({ moveTo, stage }) => moveTo !== null && stage !== 'hold-asked'),
    ),
    ...asks('hold', () => 0, inStage('hold-asked')),
    ...asks(
      'confirm',
      ({ confirms }) => confirms,
      inStage('confirm-asked').toSorted((a, b) => turnOf(a) - turnOf(b)),
    ),
  ];
};

const turnOf = ({ asked: { tripOf } }: Part): number => (tripOf === undefined ? 1 : tripOf.blocks ? 0 : 2);

/**
 * Makes of a plan its bookings, series and stays, one part after the other, each with an id derived from the part, so
 * that asked again it is the same. A no is written down with its reason and stops no other part.
 */
export const createArrangementProcess = ({
  handler,
  services,
  looks,
  clock,
  log,
}: {
  readonly handler: CommandHandler<ArrangementCommand, ArrangementState>;
  readonly services: PartServices;
  readonly looks: Pick<PartLooks, 'isThere' | 'find'>;
  readonly clock: Clock;
  readonly log: Log;
}): ProcessManager<ArrangementCommand, ArrangementState> => {
  const hold = async ({ part, of }: PartAsking, context: CallContext): Promise<Outcome<unknown>> => {
    const { arrangementId, householdId } = of.planned;
    const { ask, requestedBy } = part.asked;
    const purpose = isRedacted(of.planned.purpose) ? '' : (of.planned.purpose ?? '');
    const id = part.asked.thingId;
    if (ask.kind === 'existing') return looks.isThere(ask.of, id);
    const { offerId, placeOfService } = ask;
    const joins = ask.caregiverJoins === undefined ? {} : { caregiverJoins: ask.caregiverJoins };
    const shared = { householdId, offerId, placeOfService, requestedBy, purpose, ...joins };
    switch (ask.kind) {
      case 'booking': {
        const { span, resourceId } = ask;
        const outcome = await services.requestBooking(
          {
            ...{ ...shared, bookingId: BookingId.parse(id), span, partOf: { kind: 'arrangement', id: arrangementId } },
            ...(resourceId === undefined ? {} : { resourceId }),
          },
          callOf(context, 'request'),
        );
        // Asked again after a long stop, it may have ended by itself already.
        return outcome.accepted && hasEnded(outcome.value)
          ? rejection('hold-expired', { expiresAt: outcome.value.step.since })
          : outcome;
      }
      case 'series': {
        const { rule, resourceId } = ask;
        const outcome = await services.requestSeries(
          { ...shared, seriesId: SeriesId.parse(id), rule, ...(resourceId === undefined ? {} : { resourceId }) },
          callOf(context, 'request'),
        );
        if (!outcome.accepted) return outcome;
        const { dates } = outcome.value;
        const [no] = dates.flatMap(({ skipped }) => (skipped === null ? [] : [skipped]));
        // Dates that cannot be had are skipped; a series without any is a no.
        return no !== undefined && dates.every(({ skipped }) => skipped !== null)
          ? rejection(no.code, no.facts)
          : outcome;
      }
      case 'stay': {
        const { span, steps, waived, resourceId } = ask;
        return services.planStay(
          { ...shared, stayId: StayId.parse(id), span, steps: [...steps], waived: [...waived], resourceId },
          callOf(context, 'request'),
        );
      }
    }
  };

  const confirm = async ({ part }: PartAsking, context: CallContext): Promise<Outcome<unknown>> => {
    const { kind, thingId: id } = part.asked;
    const call = callOf(context, 'confirm');
    switch (kind) {
      case 'booking':
        return services.confirmBooking({ bookingId: BookingId.parse(id) }, call);
      case 'series':
        return services.confirmSeries({ seriesId: SeriesId.parse(id) }, call);
      case 'stay': {
        const outcome = await services.confirmStay({ stayId: StayId.parse(id) }, call);
        return outcome.accepted && outcome.value.status === 'ended' ? rejection('stay-not-held') : outcome;
      }
    }
  };

  /** Of what was agreed for the whole, what is of this part. */
  const chargesOf = async ({ asked: { kind, thingId }, charges }: Part): Promise<readonly Charge[]> => {
    if (charges.length === 0) return charges;
    const thing = await looks.find(kind, thingId);
    const ids = new Set(thing === undefined ? [] : bookingsOf(thing));
    return charges.filter(({ bookingId }) => ids.has(bookingId));
  };

  /** What had begun when it was ended, or ended already, stays what it is. */
  const end = async ({ part }: PartAsking, context: CallContext): Promise<void> => {
    const { kind, thingId: id } = part.asked;
    const call = callOf(context, 'end');
    const { since: agreedAt } = part;
    const charges = await chargesOf(part);
    switch (kind) {
      case 'booking':
        return void (await services.cancelAsAgreed(
          { bookingId: BookingId.parse(id), by: 'caregiver', charge: chargeOf(charges, id), agreedAt },
          call,
        ));
      case 'series': {
        const seriesId = SeriesId.parse(id);
        const from = part.endFrom ?? dayOf(agreedAt);
        return void (await services.endSeries({ seriesId, from, by: 'caregiver', charges, agreedAt }, call));
      }
      case 'stay':
        return void (await services.endStay(
          { stayId: StayId.parse(id), by: 'caregiver', reason: 'cancelled', charges, agreedAt },
          call,
        ));
    }
  };

  /** One that fails keeps no other waiting: each is let go of as far as that goes, and written down in its turn. */
  const endOthers = async ({ part, of }: PartAsking, context: CallContext): Promise<void> => {
    // The dates of a series would take those of its trip along, for nothing, while the trip could not end at its cost.
    const mainOf = ({ asked: { tripOf } }: Part) => tripOf && of.parts.get(tripOf.partId)?.asked.thingId;
    const waitForTheirTrip = new Set([mainOf(part)]);
    // Trips come first.
    for (const other of asksOf(of)) {
      const { partId, kind, thingId } = other.part.asked;
      const waits = kind === 'series' && waitForTheirTrip.has(thingId);
      if (other.kind !== 'end' || partId === part.asked.partId || waits) continue;
      await end(other, callOf(context, partId)).catch((error: unknown) => {
        waitForTheirTrip.add(mainOf(other.part));
        log.warn({ partId, reason: error instanceof Error ? error.name : 'unknown' }, 'a part could not end yet');
      });
    }
  };

  return createProcessManager<ArrangementCommand, ArrangementState, PartAsking>({
    name: 'arrangement',
    ...{ handler, asks: asksOf, log },
    async perform(ask, context) {
      const { partId } = ask.part.asked;
      const said = (outcome: Outcome<unknown>) => (outcome.accepted ? {} : { no: outcome.rejection });
      switch (ask.kind) {
        case 'hold': {
          const outcome = await hold(ask, context);
          const agreed = outcome.accepted && outcome.value === 'agreed' ? { agreed: true as const } : {};
          return { type: 'RecordHold', partId, ...agreed, ...said(outcome), now: clock() };
        }
        case 'confirm':
          return { type: 'RecordYes', partId, ...said(await confirm(ask, context)), now: clock() };
        case 'end':
          await end(ask, context).catch(async (error: unknown) => {
            await endOthers(ask, context);
            throw error;
          });
          return { type: 'RecordRelease', partId, ends: ask.part.ends, now: clock() };
        case 'move': {
          const to = ask.part.moveTo ?? noPlace();
          const bookingId = BookingId.parse(ask.part.asked.thingId);
          const moved = await services.rescheduleBooking({ bookingId, span: to }, callOf(context, 'move'));
          return { type: 'RecordMove', partId, to, ...said(moved), now: clock() };
        }
      }
    },
  });
};

const ends: readonly BookingView['status'][] = ['cancelled', 'declined', 'expired', 'refused'];
const hasEnded = ({ status }: BookingView): boolean => ends.includes(status);

const bookingsOf = (thing: PartThing): BookingId[] => {
  if (thing.kind === 'booking') return [thing.view.bookingId];
  return (thing.kind === 'series' ? thing.view.dates : thing.view.steps).flatMap(({ bookingId }) => bookingId ?? []);
};

const noPlace = (): never => {
  throw new RangeError('A trip that moves has a place to move to.');
};
