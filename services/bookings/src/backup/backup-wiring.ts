import { BookingId, type Bookings, HouseholdId, type Offers, TaskId } from '@adempauze/contracts';
import type { Log, Reactions } from '@adempauze/event-bus';
import { type CommandHandler, createCommandHandler, type EventStore } from '@adempauze/event-store';
import { type Clock, derivedId } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import type { Codecs } from '../codecs.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { Requesting } from '../requesting/request-booking.ts';
import type { Tasks } from '../task/tasks.ts';
import type { UnderWay } from '../under-way.ts';
import { activationDecider, statusOfDate } from './activation.decider.ts';
import { backupDecider } from './backup.decider.ts';
import { activationStream, backupStream } from './backup.events.ts';
import { bookingOfTry, createActivationProcess, createBackupApi } from './backup-api.ts';

/** Backups of a household and the calls for them. */
export const createBackups = ({
  store,
  codecs,
  bookings,
  requestBooking,
  confirmBooking,
  briefs,
  offers,
  tasks,
  underWay,
  clock,
  log,
}: {
  readonly store: EventStore;
  readonly codecs: Codecs;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly requestBooking: Requesting;
  readonly confirmBooking: Bookings['confirmBooking'];
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer' | 'findResource'>;
  readonly tasks: Pick<Tasks, 'set' | 'finishTask'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const backups = createCommandHandler({
    ...{ store, clock, decider: backupDecider, codec: codecs.backup, streamOf: backupStream },
    cachedStreams: 1000,
  });
  const activations = createCommandHandler({
    ...{ store, clock, decider: activationDecider, codec: codecs.activation, streamOf: activationStream },
    cachedStreams: 1000,
  });
  const process = createActivationProcess({ handler: activations, requestBooking, confirmBooking, clock, log });

  /** The contact person is asked for a backup while it is missed, and no longer. */
  const prompt: Reactions[string] = async (event, reaction) => {
    const householdId = HouseholdId.parse(event.data.householdId);
    const { state } = await backups.load(householdId);
    const { missedSince, lastMissed } = state;
    if (lastMissed === null) return;
    const key = `${householdId}/${lastMissed}`;
    const call = reaction.callFor(`name-backup-${lastMissed}`);
    if (missedSince !== null) return tasks.set({ kind: 'name-backup', householdId }, key, call);
    await tasks.finishTask({ taskId: TaskId.parse(derivedId('task', 'name-backup', key)) }, call);
  };

  const goOn: Reactions[string] = async (event, reaction) => {
    const id = String(event.data.activationId);
    await underWay.ended(id);
    await process.take(id, { type: 'GoOn', now: clock() }, reaction.callFor('go-on'));
  };

  /** Nobody is left to ask for a time: the contact person has to find somebody. */
  const tell: Reactions[string] = async (event, reaction) => {
    const id = String(event.data.activationId);
    const { state } = await activations.load(id);
    const it = state?.dates[Number(event.data.date)];
    if (state === undefined || it === undefined || statusOfDate(state, it) !== 'nobody') return;
    const { householdId } = state.activated;
    const about = { kind: 'backup-not-free' as const, householdId, partOf: { kind: 'backup' as const, id } };
    await tasks.set(about, id, reaction.callFor('backup-not-free'));
  };

  /** Who was found is not coming after all: declined, silent, or cancelled by the provider. */
  const loseBackup: Reactions[string] = async (event, reaction) => {
    if (event.type === 'BookingCancelled' && event.data.by !== 'provider') return;
    const bookingId = BookingId.parse(event.data.bookingId);
    const partOf = (await bookings.load(bookingId)).state?.partOf;
    if (partOf?.kind !== 'backup') return;
    await underWay.ended(partOf.id);
    const { state } = await activations.load(partOf.id);
    const date =
      state?.dates.findIndex((it, index) => bookingOfTry(partOf.id, index, it.candidate) === bookingId) ?? -1;
    const candidate = state?.dates[date]?.candidate;
    if (candidate === undefined) return;
    const lose = { type: 'LoseBackup', date, candidate, now: clock() } as const;
    await process.take(partOf.id, lose, reaction.callFor('lose-backup'));
  };

  const reactions: Reactions = {
    ...{ BackupsNamed: prompt, NetworkNoted: prompt, BackupActivated: goOn },
    BackupNotFree: tell,
    async BackupFellAway(event, reaction) {
      await goOn(event, reaction);
      await tell(event, reaction);
    },
    ...{ BookingDeclined: loseBackup, BookingExpired: loseBackup, BookingCancelled: loseBackup },
  };
  return {
    api: createBackupApi({
      ...{ backups, activations, bookings, briefs, offers, clock },
      process: { take: (id, command, context) => underWay.track(id, () => process.take(id, command, context)) },
    }),
    reactions,
    forget() {
      backups.forget();
      activations.forget();
    },
  };
};
