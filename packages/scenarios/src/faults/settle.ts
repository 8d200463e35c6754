import type { KurrentEventStore } from '@adempauze/event-store/kurrent';
import { UnavailableError } from '@adempauze/kernel';
import type { RunningPlant } from './plant.ts';
import { operationsOf } from './plant.ts';

const rounds = 60;
const pauseMs = 700;

/**
 * Waits until nothing more comes of what is in the log: every replica did what is due and has handled all there is, and
 * twice in a row nothing was added. @throws Error in a sentence when that does not come.
 */
export const settlePlant = async (
  plant: RunningPlant,
  store: Pick<KurrentEventStore, 'readWhole'>,
  pause: (ms: number) => Promise<unknown>,
): Promise<void> => {
  const { serviceToken } = plant.distributed;
  const replicas = plant.plan.services.flatMap((it) => plant.servicesOf(it));
  let head: string | undefined;
  /** The end of the log, looked for from where it was. */
  const findHead = async () => {
    for (let after = head; ; ) {
      const page = await store.readWhole({ after, maxCount: 1000 });
      after = page.scannedTo ?? after;
      if (page.atEnd) return after;
    }
  };
  let quiet = 0;
  let last: string[] = [];
  for (let round = 0; round < rounds && quiet < 2; round += 1) {
    const went = await Promise.allSettled(
      replicas.map(async (it) => {
        const operations = operationsOf(it, serviceToken, 60_000);
        await operations.nudge({});
        await operations.settled({});
      }),
    );
    last = went.flatMap((it, index) =>
      it.status === 'fulfilled' ? [] : [`${replicas[index]?.name}: ${sentenceOf(it.reason)}`],
    );
    const after = await findHead();
    quiet = last.length === 0 && after === head ? quiet + 1 : 0;
    head = after;
    await pause(pauseMs);
  }
  if (quiet < 2) throw new Error(`It did not settle: ${last.join('; ') || 'the log goes on growing'}.`);
};

const sentenceOf = (error: unknown): string =>
  error instanceof UnavailableError || error instanceof Error ? error.message : String(error);
