import { type Bookings, TaskView, WaitingView } from '@adempauze/contracts';
import { at, first, idOf, type Kit, span } from './fake-basics.ts';

const waiting = (key: string, householdKey: string) =>
  WaitingView.parse({
    waitingId: idOf(key),
    offerId: idOf('offer'),
    householdId: idOf(householdKey),
    window: span,
    minMinutes: 60,
    maxMinutes: 240,
    lane: 'normal',
    placeOfService: 'recipient-home',
    caregiverJoins: true,
    since: at('2027-05-01T08:00:00Z'),
    status: 'waiting',
    aheadUrgent: 1,
    aheadLonger: 2,
    offers: [
      {
        ...{ bookingId: idOf('booking'), span, until: at('2027-05-01T12:00:00Z'), outcome: 'offered', cause: 'times' },
        why: { rule: 'longest', among: 2 },
      },
      {
        ...{ bookingId: idOf('booking'), span, until: at('2027-05-01T09:00:00Z'), outcome: 'silent', cause: 'booking' },
        why: { rule: 'only', among: 1 },
      },
    ],
  });

const task = (key: string, householdKey: string) =>
  TaskView.parse({
    taskId: idOf(key),
    householdId: idOf(householdKey),
    kind: 'stay-does-not-fit',
    bookingId: idOf('booking-confirmed'),
    partOf: { kind: 'stay', id: idOf('stay') },
    setAt: at('2027-05-03T13:00:00Z'),
    dueAt: at('2027-05-06T13:00:00Z'),
    doneAt: at('2027-05-04T13:00:00Z'),
  });

export const waitingWorld = () => ({
  waiting: [waiting('waiting', 'household'), waiting('other-waiting', 'other-household')],
  tasks: [task('task', 'household'), task('other-task', 'other-household')],
});

/** The operations of bookings on the waiting list and on tasks. */
export const fakeWaiting = ({ yes }: Kit, world: ReturnType<typeof waitingWorld>) => {
  return {
    joinWaitingList: yes('joinWaitingList', () => first(world.waiting)),
    leaveWaitingList: yes('leaveWaitingList', () => first(world.waiting)),
    findWaiting: async ({ waitingId }) => world.waiting.find((it) => it.waitingId === waitingId),
    findWaitingList: async ({ offerId }) => ({ offerId, waiting: world.waiting, places: [] }),
    listWaiting: async ({ householdId }) => world.waiting.filter((it) => it.householdId === householdId),
    finishTask: yes('finishTask', () => first(world.tasks)),
    findTask: async ({ taskId }) => world.tasks.find((it) => it.taskId === taskId),
    listTasks: async ({ householdId }) => world.tasks.filter((it) => it.householdId === householdId),
  } satisfies Partial<Bookings>;
};
