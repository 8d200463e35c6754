import {
  type ActivationId,
  type ActivationView,
  type BackupDate,
  type BackupsView,
  BookingId,
  type Bookings,
  type HouseholdId,
  type Offers,
} from '@adempauze/contracts';
import { type Ask, createProcessManager, type Log, type ProcessManager } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import {
  type CallContext,
  type Clock,
  derivedId,
  type Instant,
  instantFromMs,
  minuteMs,
  msOf,
  type Outcome,
  type Span,
} from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { callOf, rejection } from '../calls.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import { fits, type Requesting } from '../requesting/request-booking.ts';
import { type Activation, type ActivationCommand, type ActivationState, statusOfDate } from './activation.decider.ts';
import type { BackupCommand, BackupState } from './backup.decider.ts';
import type { NamedBackup } from './backup.events.ts';

const quarterMs = 15 * minuteMs;

type BackupApi = Pick<Bookings, 'nameBackups' | 'noteNetwork' | 'activateBackup' | 'findBackups' | 'findActivation'>;

/** The booking of a backup for a time: the same whoever derives it. */
export const bookingOfTry = (activationId: string, date: number, candidate: number): BookingId =>
  BookingId.parse(derivedId('backup', activationId, date, candidate));

type TryAsk = Ask & { readonly of: Activation; readonly date: number; readonly candidate: number };
const asksOf = (state: ActivationState): TryAsk[] =>
  state === undefined
    ? []
    : state.dates.flatMap((it, date) => {
        if (statusOfDate(state, it) !== 'asking') return [];
        return [{ id: `try-${date}-${it.candidate}`, of: state, date, candidate: it.candidate }];
      });

/** Asks one backup after the other for a time, and says yes to the first that is free. */
export const createActivationProcess = ({
  handler,
  requestBooking,
  confirmBooking,
  clock,
  log,
}: {
  readonly handler: CommandHandler<ActivationCommand, ActivationState>;
  readonly requestBooking: Requesting;
  readonly confirmBooking: Bookings['confirmBooking'];
  readonly clock: Clock;
  readonly log: Log;
}): ProcessManager<ActivationCommand, ActivationState> => {
  const book = async ({ of, date, candidate }: TryAsk, context: CallContext): Promise<Outcome<unknown>> => {
    const { activationId, householdId, requestedBy } = of.activated;
    const [backup, time] = [of.candidates[candidate], of.dates[date]];
    if (backup === undefined || time === undefined) return rejection('no-backup-named');
    const { offerId, resourceId, placeOfService } = backup;
    const bookingId = bookingOfTry(activationId, date, candidate);
    const asked = await requestBooking(
      {
        ...{ bookingId, householdId, offerId, resourceId, placeOfService, requestedBy, span: time.span, purpose: '' },
        partOf: { kind: 'backup', id: activationId },
        ...(candidate < of.candidates.length - 1 ? { isDemand: false as const } : {}),
      },
      callOf(context, 'request'),
    );
    return asked.accepted ? confirmBooking({ bookingId }, callOf(context, 'confirm')) : asked;
  };
  return createProcessManager<ActivationCommand, ActivationState, TryAsk>({
    name: 'backup',
    ...{ handler, asks: asksOf, log },
    async perform(ask, context) {
      const { date, candidate } = ask;
      const outcome = await book(ask, context);
      const no = outcome.accepted ? {} : { no: outcome.rejection };
      return { type: 'RecordTry', date, candidate, ...no, now: clock() };
    },
  });
};

export const createBackupApi = ({
  backups,
  activations,
  process,
  bookings,
  briefs,
  offers,
  clock,
}: {
  readonly backups: CommandHandler<BackupCommand, BackupState>;
  readonly activations: Pick<CommandHandler<ActivationCommand, ActivationState>, 'load'>;
  readonly process: Pick<ProcessManager<ActivationCommand, ActivationState>, 'take'>;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer' | 'findResource'>;
  readonly clock: Clock;
}): BackupApi => {
  const isThere = async (householdId: HouseholdId): Promise<Outcome<undefined>> => {
    const brief = await briefs.find(householdId);
    if (brief === undefined) return rejection('household-not-found');
    return brief === 'forgotten'
      ? rejection('person-forgotten')
      : { accepted: true, position: undefined, value: undefined };
  };
  const record = async (command: BackupCommand, context: CallContext): Promise<Outcome<BackupsView>> => {
    const known = await isThere(command.householdId);
    if (!known.accepted) return known;
    const outcome = await backups.handle(command.householdId, command, context);
    return outcome.accepted ? { ...outcome, value: backupsView(command.householdId, outcome.value.state) } : outcome;
  };

  const find = async (activationId: ActivationId): Promise<ActivationView | undefined> => {
    const { state, revision } = await activations.load(activationId);
    if (state === undefined || revision === undefined) return undefined;
    const { householdId, requestedBy, activatedAt } = state.activated;
    const dates = await Promise.all(state.dates.map((_it, date) => dateView(state, date)));
    return { activationId, householdId, requestedBy, activatedAt, dates, revision };
  };

  const dateView = async (state: Activation, date: number): Promise<BackupDate> => {
    const it = state.dates[date] ?? noDate();
    const backup = it.found ? state.candidates[it.candidate] : undefined;
    const bookingId = backup === undefined ? null : bookingOfTry(state.activated.activationId, date, it.candidate);
    const booking = bookingId === null ? undefined : (await bookings.load(bookingId)).state;
    const tried = it.tried.flatMap(({ candidate, code, facts }) => {
      const { offerId } = state.candidates[candidate] ?? {};
      return offerId === undefined ? [] : [{ offerId, code, facts: { ...facts } }];
    });
    return {
      ...{ span: it.span, insteadOf: it.insteadOf ?? null, status: statusOfDate(state, it), bookingId, tried },
      bookingStatus: booking?.status ?? null,
      ...{ offerId: backup?.offerId ?? null, providerId: backup?.providerId ?? null },
    };
  };

  /** The times of bookings that dropped out, as they were the first time; a booking that still stands needs no backup. */
  const timesOf = async (
    householdId: HouseholdId,
    bookingIds: readonly BookingId[],
    before: ActivationState,
  ): Promise<Outcome<Dates>> => {
    const times: Dates = [];
    for (const bookingId of bookingIds) {
      const { state } = await bookings.load(bookingId);
      if (state === undefined || state.about.householdId !== householdId) return rejection('booking-not-found');
      if (!droppedOut.includes(state.status)) return rejection('booking-still-stands');
      const known = before?.dates.find(({ insteadOf }) => insteadOf === bookingId);
      times.push({ span: known?.span ?? leftOf(state.about.span, clock()), insteadOf: bookingId });
    }
    return { accepted: true, position: undefined, value: times };
  };

  return {
    async nameBackups({ householdId, backups: wanted, agreedBy }, context) {
      const named: NamedBackup[] = [];
      for (const backup of wanted) {
        const offer = await offers.findOffer({ offerId: backup.offerId });
        if (offer === undefined) return rejection('offer-not-found');
        if (offer.needsHelper) return rejection('helper-offer-has-no-places');
        if (!fits(backup, offer)) return rejection('place-of-service-mismatch');
        // Found out on the day that it is needed, it would be too late.
        const resource = await offers.findResource({ resourceId: backup.resourceId });
        if (!resource?.offerIds.includes(backup.offerId)) return rejection('resource-not-found');
        named.push({ ...backup, providerId: offer.providerId, form: offer.form });
      }
      return record({ type: 'NameBackups', householdId, backups: named, agreedBy, now: clock() }, context);
    },
    noteNetwork: ({ householdId, smallNetwork }, context) =>
      record({ type: 'NoteNetwork', householdId, smallNetwork, now: clock() }, context),
    findBackups: async ({ householdId }) => backupsView(householdId, (await backups.load(householdId)).state),
    findActivation: ({ activationId }) => find(activationId),
    async activateBackup({ activationId, householdId, bookingIds, spans, requestedBy }, context) {
      const known = await isThere(householdId);
      if (!known.accepted) return known;
      const before = (await activations.load(activationId)).state;
      const times = await timesOf(householdId, bookingIds, before);
      if (!times.accepted) return times;
      const dates = eachOnce([...times.value, ...spans.map((span) => ({ span }))]);
      const candidates = before?.candidates ?? (await backups.load(householdId)).state.backups;
      if (candidates.length === 0) return rejection('no-backup-named');
      const data = { activationId, householdId, candidates: [...candidates], dates, requestedBy };
      const outcome = await process.take(activationId, { type: 'ActivateBackup', data, now: clock() }, context);
      if (!outcome.accepted) return outcome;
      const value = await find(activationId);
      return value === undefined ? rejection('activation-not-found') : { ...outcome, value };
    },
  };
};

type Dates = { span: Activation['dates'][number]['span']; insteadOf?: BookingId }[];

/** Where nobody came: from the next quarter of an hour on. What has not begun, or is over by then, is as it was. */
const leftOf = (span: Span, now: Instant): Span => {
  const from = instantFromMs(Math.ceil((msOf(now) + 1) / quarterMs) * quarterMs);
  return span.from <= now && from < span.until ? { ...span, from } : span;
};

/** For a time that is named twice one comes. */
const eachOnce = (dates: Dates): Dates => {
  const keys = dates.map(({ span }) => `${span.from}/${span.until}`);
  return dates.filter((_it, index) => keys.indexOf(keys[index] ?? '') === index);
};

const droppedOut: readonly string[] = ['declined', 'cancelled', 'expired', 'refused', 'not-given'];

const backupsView = (householdId: HouseholdId, state: BackupState): BackupsView => ({
  ...{ householdId, backups: [...state.backups], agreedBy: state.agreedBy, agreedAt: state.agreedAt },
  smallNetwork: state.smallNetwork,
});

const noDate = (): never => {
  throw new RangeError('An activation has no such time.');
};
