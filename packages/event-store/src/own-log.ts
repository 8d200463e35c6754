import { pause } from './backoff.ts';
import type { EventStore, Position } from './port.ts';
import type { ReadModel } from './read-model.ts';

/** How far a read model has to be, as the log itself says. */
export type OwnLog = {
  /** As `ReadModel.waitFor`, but where nothing of ours stands before the place it is known to be reached. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** The last event of ours that the read model does not have yet; undefined when it has all. */
  missing(): Promise<Position | undefined>;
};

/** Long enough for an event that is on its way. */
const lookAfterMs = 25;

/**
 * A store that several processes write says of the events of some categories at once, and of a log that grows without
 * them only now and then: a read model that has everything learns up to a second later that it has. Who waits for a
 * place where another service wrote would wait that second, so after a moment the log is asked.
 */
export const createOwnLog = ({
  store,
  categories,
  readModel,
}: {
  readonly store: Pick<EventStore, 'readAll' | 'writer'>;
  /** Those of the read model's first source. */
  readonly categories: readonly string[];
  readonly readModel: Pick<ReadModel, 'status' | 'waitFor'>;
}): OwnLog => {
  const here = () => readModel.status().sources[0];

  /** The last event of ours after where the read model is, and not beyond a place. */
  const lastOwn = async (upTo?: Position): Promise<Position | undefined> => {
    let last: Position | undefined;
    for (let after = here()?.position; ; ) {
      const { events, scannedTo, atEnd } = await store.readAll({ after, categories, maxCount: 1000 });
      const wanted = upTo === undefined ? events : events.filter(({ position }) => position <= upTo);
      last = wanted.at(-1)?.position ?? last;
      if (atEnd || wanted.length < events.length) return last;
      after = scannedTo;
    }
  };

  return {
    missing: () => lastOwn(),
    async waitFor(position, timeoutMs) {
      const reached = readModel.waitFor(position, timeoutMs);
      if (store.writer === undefined) return reached;
      const moment = pause(Math.min(lookAfterMs, timeoutMs));
      const soon = await Promise.race([reached, moment.over.then(() => undefined)]);
      moment.end();
      if (soon !== undefined || !here()?.live) return reached;
      try {
        const last = await lastOwn(position);
        return last === undefined || (await Promise.race([reached, readModel.waitFor(last, timeoutMs)]));
      } catch {
        // The log cannot be asked now; what comes may still come.
        return reached;
      }
    },
  };
};
