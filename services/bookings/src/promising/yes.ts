import type {
  BookingId,
  Bookings,
  BookingView,
  HouseholdId,
  KeptPlaces,
  Offers,
  ResourceId,
  TakePlaces,
} from '@adempauze/contracts';
import type { CallContext, Clock, Instant, Outcome } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingEvent } from '../booking/booking.events.ts';
import type { Booking } from '../booking/booking.state.rules.ts';
import { callOf, rejection } from '../calls.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import { signsNoPayment } from '../signal/young.rules.ts';
import type { OwnWork } from './own-work.ts';

/** A yes to one of several bookings, with the call under which it is recorded. */
type OneYes = { readonly bookingId: BookingId; readonly context: CallContext };
/** `all`: where there is a no to one, none gets a place; `fitting`: each for itself. Answers in the order asked. */
type YesTogether = (
  yeses: readonly OneYes[],
  mode: TakePlaces['mode'],
  context: CallContext,
) => Promise<Outcome<BookingView>[]>;

export type SayingYes = Pick<Bookings, 'confirmBooking' | 'acceptBooking'> & {
  /** The caregiver's yes to several, at most `mostPlacesAtOnce`: places in one decision, then each booking's own yes. */
  readonly confirmTogether: YesTogether;
  /** The provider's. */
  readonly acceptTogether: YesTogether;
};

/** A place to arrange before the yes is recorded: taken, or with `asked` held until then, after which that is recorded. */
type ToArrange = {
  readonly booking: Booking;
  readonly resourceId: ResourceId;
  readonly asked?: { readonly until: Instant; readonly command: BookingCommand };
};
type Step = ToArrange | { readonly answer: Outcome<BookingView> };

/**
 * Where a yes needs a place, the decider first says what the yes would lead to, then offers arranges it, and then it is
 * recorded (ADR 7); stopped in between, the reactor on `offers.place-taken.v1` records it.
 */
export const createSayingYes = ({
  record,
  foreseen,
  briefs,
  offers,
  ownConfirmations,
  isFast,
  clock,
}: {
  readonly record: (bookingId: string, command: BookingCommand, context: CallContext) => Promise<Outcome<BookingView>>;
  /** What a command would lead to now; undefined: nothing, or a no, and whoever records it is the one to say so. */
  readonly foreseen: (
    bookingId: string,
    command: BookingCommand,
  ) => Promise<{ readonly state: Booking; readonly event: BookingEvent } | undefined>;
  readonly briefs: Pick<HouseholdBriefs, 'find'>;
  readonly offers: Pick<Offers, 'takePlace' | 'takePlaces' | 'extendHold' | 'extendHolds'>;
  readonly ownConfirmations: OwnWork;
  /** Whether this household has the fast lane (R08). */
  readonly isFast: (householdId: HouseholdId) => Promise<boolean>;
  readonly clock: Clock;
}): SayingYes => {
  type Looking = (yes: OneYes, now: Instant, find: HouseholdBriefs['find']) => Promise<Step>;

  const placeOf = (booking: Booking): Step =>
    booking.resourceId === null
      ? { answer: rejection('hold-expired', { expiresAt: booking.about.span.from }) }
      : { booking, resourceId: booking.resourceId };

  const confirming: Looking = async ({ bookingId, context }, now, find) => {
    const command: BookingCommand = { type: 'ConfirmBooking', arranged: false, now };
    const next = await foreseen(bookingId, command);
    if (next === undefined) return { answer: await record(bookingId, command, context) };
    const { state, event } = next;
    // Forgotten since it was asked for: the sweep cancels it.
    const brief = await find(state.about.householdId);
    if (brief === 'forgotten') return { answer: rejection('person-forgotten') };
    if (state.quote.ownCostCents > 0 && signsNoPayment(brief?.young, context.actor, now))
      return { answer: rejection('adult-needed') };
    if (event.type === 'BookingConfirmed' || event.type === 'BookingReserved') return placeOf(state);
    const isKnownFirst = event.type === 'HelperWanted' && (await isFast(state.about.householdId));
    const faces = isKnownFirst ? { faces: 'known-first' as const } : {};
    const approval = brief?.approvesHelper ? { approval: 'family-first' as const } : {};
    const arranged = { ...command, ...faces, ...approval, arranged: true };
    if (event.type !== 'AcceptanceAsked' || state.resourceId === null)
      return { answer: await record(bookingId, arranged, context) };
    return { booking: state, resourceId: state.resourceId, asked: { until: event.data.answerBy, command: arranged } };
  };

  const accepting: Looking = async ({ bookingId, context }, now) => {
    const command: BookingCommand = { type: 'AcceptBooking', now };
    const next = await foreseen(bookingId, command);
    return next === undefined ? { answer: await record(bookingId, command, context) } : placeOf(next.state);
  };

  const arrange = ({ booking, resourceId, asked }: ToArrange, context: CallContext): Promise<Outcome> => {
    const place = { resourceId, bookingId: booking.about.bookingId };
    if (asked === undefined) return offers.takePlace(place, callOf(context, 'take'));
    return offers.extendHold({ ...place, expiresAt: asked.until }, callOf(context, `extend/${asked.until}`));
  };

  /**
   * One decision for each calendar, and for each moment until which holds are kept; with `all` until the last of those, for
   * a booking that has ended by itself frees its place.
   */
  const arrangeTogether = (steps: readonly ToArrange[], mode: TakePlaces['mode'], context: CallContext) => {
    const momentOf = ({ asked }: ToArrange) => asked && (mode === 'all' ? 'all' : asked.until);
    const alike = Map.groupBy(steps, (step) => `${step.resourceId}/${momentOf(step) ?? 'taken'}`);
    const answers = new Map<ToArrange, Promise<Outcome>>();
    for (const group of alike.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const { resourceId } = first;
      const expiresAt = group
        .flatMap(({ asked }) => asked?.until ?? [])
        .toSorted()
        .at(-1);
      const bookingIds = group.map(({ booking }) => booking.about.bookingId);
      const places = { resourceId, bookingIds, mode };
      // Other bookings are another question, also when some of the first had been answered.
      const call = callOf(context, `${expiresAt ?? 'taken'}/${bookingIds.join()}`);
      const keeping =
        expiresAt === undefined ? offers.takePlaces(places, call) : offers.extendHolds({ ...places, expiresAt }, call);
      for (const step of group)
        answers.set(
          step,
          keeping.then((outcome) => keptOf(outcome, step.booking.about.bookingId)),
        );
    }
    return answers;
  };

  const carryOut = (step: ToArrange, arranging: Promise<Outcome>, context: CallContext) => {
    const { booking, asked } = step;
    const { bookingId } = booking.about;
    const recordArranged = async () => {
      const arranged = await arranging;
      if (!arranged.accepted) return lostHold(arranged.rejection, booking.heldUntil ?? clock());
      return record(bookingId, asked?.command ?? { type: 'ConfirmTakenPlace', now: clock() }, context);
    };
    const recording = recordArranged();
    if (asked === undefined)
      ownConfirmations.track(
        bookingId,
        recording.then(({ accepted }) => accepted),
      );
    return recording;
  };

  const alone = async (look: Looking, yes: OneYes): Promise<Outcome<BookingView>> => {
    const step = await look(yes, clock(), briefs.find);
    return 'answer' in step ? step.answer : carryOut(step, arrange(step, yes.context), yes.context);
  };

  const together =
    (look: Looking): YesTogether =>
    async (yeses, mode, context) => {
      const now = clock();
      const find = onceEach(briefs.find);
      const steps = await Promise.all(yeses.map((yes) => look(yes, now, find)));
      const no = steps.find((step) => 'answer' in step && !step.answer.accepted);
      if (mode === 'all' && no !== undefined && 'answer' in no)
        return steps.map((step) => ('answer' in step ? step.answer : no.answer));
      const toArrange = steps.flatMap((step) => ('answer' in step ? [] : [step]));
      const arranging = arrangeTogether(toArrange, mode, context);
      // All at once: whoever hears that a place was taken before it is recorded here waits for that.
      return Promise.all(
        steps.map((step, index) => {
          if ('answer' in step) return step.answer;
          const answer = arranging.get(step) ?? notAsked();
          return carryOut(step, answer, yeses[index]?.context ?? context);
        }),
      );
    };

  return {
    confirmBooking: ({ bookingId }, context) => alone(confirming, { bookingId, context }),
    acceptBooking: ({ bookingId }, context) => alone(accepting, { bookingId, context }),
    confirmTogether: together(confirming),
    acceptTogether: together(accepting),
  };
};

const notAsked = (): never => {
  throw new RangeError('Every place is in one of the decisions.');
};

const keptOf = (outcome: Outcome<KeptPlaces>, bookingId: BookingId): Outcome => {
  if (!outcome.accepted) return outcome;
  const no = outcome.value.refused.find((it) => it.bookingId === bookingId);
  return no === undefined ? { ...outcome, value: undefined } : rejection(no.code, no.facts);
};

/** The same household is looked for once. */
const onceEach = (find: HouseholdBriefs['find']): HouseholdBriefs['find'] => {
  const asked = new Map<HouseholdId, ReturnType<HouseholdBriefs['find']>>();
  return (householdId) => {
    const finding = asked.get(householdId) ?? find(householdId);
    asked.set(householdId, finding);
    return finding;
  };
};

/** A hold that is gone is, for who waits, one that has expired. */
const lostHold = ({ code, facts }: { code: string; facts: Readonly<Record<string, string | number>> }, at: string) =>
  code === 'hold-not-found' || code === 'hold-expired'
    ? rejection('hold-expired', { expiresAt: facts.expiresAt ?? at })
    : rejection(code, facts);
