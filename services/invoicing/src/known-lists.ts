import { createOwnLog, type EventStore, type Position, type ReadModel } from '@adempauze/event-store';
import { type Outcome, UnavailableError } from '@adempauze/kernel';
import type { Handlers } from './handlers.ts';
import { ownCodecs, tariffSource } from './read-models.ts';

/** The longest that a delivery waits for tariffs told before it, and a command for mandates and pots made before it. */
export const listsWithinMs = 2000;

export type KnownLists = ReturnType<typeof createKnownLists>;

/** How far the lists are, for whoever decides by what stands in them. */
export const createKnownLists = ({
  store,
  codecs,
  readModel,
  beganAt,
}: {
  readonly store: EventStore;
  readonly codecs: Handlers['codecs'];
  readonly readModel: Pick<ReadModel, 'waitFor' | 'status'>;
  /** The end of the log as this began: the lists of ours have to be that far, and those of others do not. */
  readonly beganAt: Position | undefined;
}) => {
  const ownLog = createOwnLog({ store, categories: Object.keys(ownCodecs(codecs)), readModel });
  const references = createOwnLog({
    store,
    categories: ['scheme', 'mandate', 'pot', 'budget', 'cost_sharing', 'funding_decline'],
    readModel,
  });
  /** Schemes' mandates and pots that were made here a moment ago count at once. */
  let latestReference: string | undefined;
  const noteReference = <T extends Outcome<unknown>>(outcome: T): T => {
    if (outcome.accepted && outcome.position !== undefined && outcome.position > (latestReference ?? '')) {
      latestReference = outcome.position;
    }
    return outcome;
  };
  /** What another replica made is not known here, so where several write the log is asked. */
  const referenceSeen = async (): Promise<boolean> => {
    const latest = store.writer === undefined ? latestReference : await references.missing();
    return latest === undefined || readModel.waitFor(latest, listsWithinMs);
  };

  /** Lists that are filled from an empty file, after a restart, lack pots, agreements and noes of long ago. */
  let toFillUpTo = beganAt;
  let fillingTakesLong = false;
  const isFilled = async (): Promise<boolean> => {
    if (toFillUpTo !== undefined && (await ownLog.waitFor(toFillUpTo, fillingTakesLong ? 50 : listsWithinMs))) {
      toFillUpTo = undefined;
    }
    fillingTakesLong = toFillUpTo !== undefined;
    return !fillingTakesLong;
  };
  /** @throws UnavailableError while pots, budgets and agreements are on their way. */
  const referenceKnown = async (): Promise<void> => {
    if (!(await isFilled()) || !(await referenceSeen())) {
      throw new UnavailableError('Pots, budgets and agreements are still on their way to the lists.');
    }
  };

  /** While offers is away one delivery waits long, and the others come again without holding up what is not theirs. */
  let pricesAreLate = false;

  return {
    noteReference,
    referenceSeen,
    referenceKnown,
    /** All that was in our log when this began is in the lists; while it is not, they may lack what was done about it. */
    isFilled,
    /** All that was told before a delivery, and counts for it, is known. @throws UnavailableError while it is not. */
    async knownUpTo(position: string): Promise<void> {
      // A price that was told before the care was given counts, however late it gets here.
      const known = await readModel.waitFor(position, pricesAreLate ? 50 : listsWithinMs, tariffSource);
      pricesAreLate = !known;
      if (!known) throw new UnavailableError('Prices told before this delivery are still on their way.');
      await referenceKnown();
    },
    waitForLists: ownLog.waitFor,
    /** Whether the lists have all that is in the log now. */
    async haveAll(timeoutMs: number): Promise<boolean> {
      const last = await ownLog.missing();
      return last === undefined || readModel.waitFor(last, timeoutMs);
    },
  };
};
