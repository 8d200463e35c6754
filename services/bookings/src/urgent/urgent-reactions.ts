import { BookingId, PartOf, type TaskKind, UrgentId } from '@adempauze/contracts';
import type { Reaction, Reactions } from '@adempauze/event-bus';
import type { CommandHandler, SourceEvent } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { isStored } from '../integration/stored.ts';
import { type Tasks, taskIdOf } from '../task/tasks.ts';
import type { UnderWay } from '../under-way.ts';
import type { createUrgent } from './urgent.ts';

const taskOf = {
  professional: 'urgent-opened',
  'contact-person': 'urgent-contact-person',
  region: 'urgent-region',
} as const satisfies Record<string, TaskKind>;

/** What happens to the bookings of a case, and what each owner is told: a task, done once the case is resolved. */
export const urgentReactions = ({
  urgent,
  bookings,
  tasks,
  underWay,
  clock,
}: {
  readonly urgent: Pick<ReturnType<typeof createUrgent>, 'take' | 'handler'>;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly tasks: Pick<Tasks, 'set' | 'finishTask'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
}): Reactions => {
  const keyOf = (urgentId: string, turn: number) => `${urgentId}/${turn}`;

  /** A task for whoever has it now; the number of the turn makes it another task than the one before. */
  const tell = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    if (!isStored(event) || !('owner' in event.data)) return;
    const { urgentId, householdId, number, owner, escalatesAt } = event.data;
    const { state } = await urgent.handler.load(urgentId);
    // Resolved before anybody was told.
    if (state === undefined || state.turn === null) return;
    const partOf = { kind: 'urgent' as const, id: urgentId };
    const about = { householdId, kind: taskOf[owner.kind], partOf, dueAt: escalatesAt };
    await tasks.set(about, keyOf(urgentId, number), reaction.callFor('task'));
  };

  const finish = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    const urgentId = UrgentId.parse(event.data.urgentId);
    const { state } = await urgent.handler.load(urgentId);
    for (const [turn, { kind }] of (state?.owners ?? []).entries()) {
      const taskId = taskIdOf(taskOf[kind], keyOf(urgentId, turn));
      await tasks.finishTask({ taskId }, reaction.callFor(`done/${turn}`));
    }
  };

  const goOn = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    const urgentId = String(event.data.urgentId);
    await underWay.ended(urgentId);
    await urgent.take(urgentId, { type: 'GoOn', now: clock() }, reaction.callFor('go-on'));
  };

  const confirmed = async ({ data }: SourceEvent, reaction: Reaction): Promise<void> => {
    const partOf = PartOf.optional().parse(data.partOf);
    if (partOf?.kind !== 'urgent') return;
    const bookingId = BookingId.parse(data.bookingId);
    await urgent.take(partOf.id, { type: 'RecordConfirmed', bookingId, now: clock() }, reaction.callFor('confirmed'));
  };
  const lost = async ({ data, type }: SourceEvent, reaction: Reaction): Promise<void> => {
    const bookingId = BookingId.parse(data.bookingId);
    const partOf = (await bookings.load(bookingId)).state?.partOf;
    if (partOf?.kind !== 'urgent') return;
    const code = lostAs[type] ?? 'booking-ended';
    await urgent.take(partOf.id, { type: 'RecordLost', bookingId, code, now: clock() }, reaction.callFor('lost'));
  };

  return {
    UrgentOpened: tell,
    UrgentEscalated: tell,
    UrgentHandedOver: tell,
    UrgentReopened: tell,
    UrgentOptionChosen: goOn,
    UrgentResolved: finish,
    BookingConfirmed: confirmed,
    BookingCancelled: lost,
    BookingDeclined: lost,
    BookingExpired: lost,
  };
};

/** Why an option is none any more, as a problem code. */
const lostAs: Readonly<Record<string, string>> = { BookingExpired: 'hold-expired' };
