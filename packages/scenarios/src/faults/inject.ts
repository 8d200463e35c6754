import { repeatRecords } from '@adempauze/event-bus/kafka-inspect';
import type { Trouble } from '@adempauze/testing/proxy';
import type { Random } from '../torture/random.ts';
import type { Fault } from './plan.ts';
import { publisherAmong, type RunningPlant, workerAmong } from './plant.ts';

export type Injector = {
  /**
   * Does it, lets it last, and undoes it. Answers what was hit; resolves once it is whole again.
   * @throws Error when it does not come up again, however often it is started.
   */
  inject(fault: Fault): Promise<string>;
};

const startsLimit = 6;
/** Longer than a process may take to stop in order; then it was killed. */
const stopWithinMs = 19_000;

export type InjectorOptions = {
  readonly plant: RunningPlant;
  readonly random: Random;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  /** Moves the marketplace's clock by so many hours. */
  readonly moveClock: (hours: number) => Promise<void>;
  readonly newGroupId: () => string;
};

/** Hurts a running marketplace, one fault at a time or several. */
export const createInjector = ({ plant, random, nowMs, pause, moveClock, newGroupId }: InjectorOptions): Injector => {
  const { distributed } = plant;
  const awayFor = async (
    it: { kill(): Promise<unknown>; start(): Promise<unknown> },
    forMs: number,
    away: () => Promise<unknown> = it.kill,
  ) => {
    await away();
    await pause(forMs);
    // What it leans on may be away as well; whoever runs processes starts them again until they stay.
    for (let starts = 1; ; starts += 1) {
      try {
        await it.start();
        return;
      } catch (error) {
        if (starts === startsLimit) throw error;
        await pause(1000);
      }
    }
  };
  const troubleOf = (fault: Extract<Fault, { delayMs: number }>): Trouble | undefined => {
    switch (fault.kind) {
      case 'link cut':
        return undefined;
      case 'link refused':
        return { kind: 'refused' };
      case 'link silent':
        return { kind: 'silent' };
      case 'link lost to server':
        return { kind: 'lost', to: 'server' };
      case 'link lost to client':
        return { kind: 'lost', to: 'client' };
      case 'link slow':
        return { kind: 'slow', delayMs: fault.delayMs };
      case 'link unanswered':
        return { kind: 'unanswered' };
    }
  };

  return {
    async inject(fault) {
      switch (fault.kind) {
        case 'kill': {
          await awayFor(plant.processOf(fault.target), fault.forMs);
          return fault.target;
        }
        case 'stop': {
          const it = plant.processOf(fault.target);
          let stoppedAfterMs = 0;
          await awayFor(it, fault.forMs, async () => {
            const begunMs = nowMs();
            await it.stop();
            stoppedAfterMs = nowMs() - begunMs;
          });
          if (stoppedAfterMs > stopWithinMs) throw new Error(`${it.name} did not stop in order and was killed`);
          return fault.target;
        }
        case 'kill who works':
        case 'kill who publishes': {
          const among = plant.servicesOf(fault.target);
          const found =
            fault.kind === 'kill who works'
              ? await workerAmong(among, distributed.serviceToken)
              : await publisherAmong(among);
          const it = found ?? random.pick(among);
          await awayFor(it, fault.forMs);
          return found === undefined ? `${it.name}, as nobody did` : it.name;
        }
        case 'kill store': {
          const { store } = distributed;
          if (store === undefined) return 'nothing: the store is not ours';
          await awayFor(store, fault.forMs);
          return 'store';
        }
        case 'kill keys': {
          const { postgres } = distributed;
          await awayFor({ kill: postgres.kill, start: postgres.restart }, fault.forMs);
          return 'postgres';
        }
        case 'kill broker': {
          const n = Number(fault.target);
          await distributed.kafka.kill(n);
          await pause(fault.forMs);
          await distributed.kafka.restart(n);
          return `broker ${n}`;
        }
        case 'restart broker': {
          await distributed.kafka.restart(Number(fault.target));
          return `broker ${fault.target}`;
        }
        case 'repeat records': {
          const { brokers } = distributed.kafka;
          const repeat = () => {
            const place = { brokers, service: fault.target, groupId: newGroupId() };
            return repeatRecords(place, () => random.chance(fault.share));
          };
          const repeated = await insisting(repeat, pause);
          return `${fault.target}, ${repeated} records`;
        }
        case 'move clock': {
          await moveClock(fault.hours);
          return `${fault.hours} hours on`;
        }
        default: {
          const proxy = plant.proxies.get(fault.target);
          if (proxy === undefined) throw new Error(`There is no link ${fault.target}.`);
          const trouble = troubleOf(fault);
          if (trouble === undefined) proxy.cut();
          else proxy.trouble(trouble);
          await pause(fault.forMs);
          proxy.trouble(undefined);
          return fault.target;
        }
      }
    },
  };
};

const mostTries = 6;
/**
 * A group that is new has no coordinator at once where the brokers have much to do: who does the harm asks again, so that
 * only what the marketplace does wrong counts. Records that are repeated once more are repeats like the others.
 */
const insisting = async <T>(work: () => Promise<T>, pause: InjectorOptions['pause']): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === mostTries) throw error;
      await pause(500 * tries);
    }
  }
};
