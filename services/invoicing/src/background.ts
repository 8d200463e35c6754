import {
  createReactor,
  createSweeper,
  type EventBus,
  type Inbox,
  type Log,
  startWork,
  type Turns,
} from '@adempauze/event-bus';
import { type EventStore, type ReadModel, storeSource } from '@adempauze/event-store';
import { type Clock, derivedId, hourMs, plusMs, UnavailableError } from '@adempauze/kernel';
import type { Spends } from './budget/spends.ts';
import { type HeldInVain, listHeldInVain } from './budget-list/ended-bookings.ts';
import type { DividingAnew } from './claim/dividing-anew.ts';
import { releasingBudgets } from './claim/releasing.ts';
import type { Settlement } from './claim/settlement.ts';
import { listUnderWay } from './claim-list/claim-list.ts';
import { completingAwards } from './entitlement/completing.ts';
import type { Handlers } from './handlers.ts';
import { bookingEventTypes, reactionsTo } from './integration/incoming.ts';
import { type KnownLists, listsWithinMs } from './known-lists.ts';
import { createReservations } from './reservations/reservations.ts';
import { listToTell, type ToTell } from './source-list/source-list.ts';

/** How long a claim may be under way before it is taken up anew; the reactor's own retries come long before. */
const quietAfterMs = hourMs / 12;
/** Claims of one household or booking that are told at once; the sweeper tells the others. */
const mostTold = 1000;
/** A claim that stopped half-way, one that does not know yet what concerns it, or money that no care will need. */
type Quiet = { readonly deliveryId: string } | { readonly toTell: ToTell } | { readonly heldInVain: HeldInVain };
/** Name of the reactor, for ever: positions and command ids hang on it. */
const consumer = 'invoicing';

export type BackgroundDependencies = {
  readonly store: EventStore;
  readonly bus: EventBus;
  readonly handlers: Handlers;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly lists: KnownLists;
  readonly settlement: Settlement;
  readonly spends: Spends;
  readonly dividingAnew: DividingAnew;
  readonly inbox: Inbox;
  /** Replicas that stand by answer by what is in the inbox. */
  readonly isInboxShared: boolean;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly sweepEveryMs: number;
  readonly log?: Log | undefined;
};

/** What one replica at a time does for all: reacts to bookings and to what was awarded, and takes up what went quiet. */
export const startBackground = ({
  store,
  bus,
  handlers,
  readModel,
  lists,
  settlement,
  spends,
  dividingAnew,
  inbox,
  isInboxShared,
  turns,
  clock,
  sweepEveryMs,
  log,
}: BackgroundDependencies) => {
  const { db } = readModel;
  const logged = log === undefined ? {} : { log };
  /** Claims that the pot bears hear of a source, and of a no, as soon as it is written down. */
  const tellUpTo = async (position: string, only: Parameters<typeof listToTell>[2]): Promise<void> => {
    if (!(await readModel.waitFor(position, listsWithinMs))) {
      throw new UnavailableError('The lists do not have it yet.');
    }
    for (const it of listToTell(db, mostTold, only)) await dividingAnew.tell(it);
  };
  /** The end of a booking gives back what was set aside by then; this what is since. */
  const release = async ({ budgetId, spendId, bookingId }: HeldInVain): Promise<void> => {
    const context = { commandId: derivedId('ended', budgetId, spendId), correlationId: bookingId, actor: 'invoicing' };
    const data = { budgetId, bookingId, keepCents: 0 };
    await handlers.budgets.handle(budgetId, { type: 'ReleaseSpends', data, now: clock() }, context);
  };
  const { funding, funding_decline, claim } = handlers.codecs;
  const sources = [
    bus.source({ name: 'invoicing-bookings', types: bookingEventTypes }),
    storeSource({ name: 'invoicing-awards', store, codecs: { funding, funding_decline, claim } }),
  ];
  const beginReactor = () =>
    createReactor({
      name: consumer,
      ...{ sources, inbox, clock, ...logged },
      ...(isInboxShared ? { settings: { saveEveryMs: 250 } } : {}),
      on: {
        ...completingAwards({ ...handlers, clock, tellUpTo }),
        ...releasingBudgets({ ...handlers, spends }),
        ...reactionsTo({
          reservations: createReservations({ ...handlers, clock }),
          ...{ settlement, spends, knownUpTo: ({ position }) => lists.knownUpTo(position) },
        }),
      },
    });
  const beginSweeper = () =>
    createSweeper({
      name: 'invoicing-quiet-claims',
      everyMs: sweepEveryMs,
      clock,
      ...logged,
      due: async (now, limit): Promise<readonly Quiet[]> => [
        ...listUnderWay(db, plusMs(now, -quietAfterMs), limit).map((deliveryId) => ({ deliveryId })),
        // Half filled, the lists do not know yet of many a claim that it was told long ago.
        ...((await lists.isFilled()) ? listToTell(db, limit) : []).map((toTell) => ({ toTell })),
        ...listHeldInVain(db, limit).map((heldInVain) => ({ heldInVain })),
      ],
      async act(it) {
        if ('toTell' in it) await dividingAnew.tell(it.toTell);
        else if ('heldInVain' in it) await release(it.heldInVain);
        else await settlement.resume([it.deliveryId]);
      },
    });
  return startWork({
    ...{ service: 'invoicing', turns, store, clock, reacting: { consumer, inbox, sources } },
    begin: () => ({ reactor: beginReactor(), sweeper: beginSweeper() }),
  });
};
