import type { Position } from '@adempauze/event-store';
import type { IntegrationEvent } from '../port.ts';
import type { Mark } from './marks.ts';
import { encodePlace, type Had } from './places.ts';

/** A record that was fetched: an event that somebody wants, or only a place that was passed. */
export type Fetched = {
  readonly offset: number;
  readonly sequence: Position;
  readonly event: IntegrationEvent | undefined;
  /** More wanted events of the same source event come after it. */
  readonly halfway: boolean;
};

/** One partition of one service's topic. */
export type LaneId = { readonly service: string; readonly partition: number };

export type Taken = { readonly events: readonly IntegrationEvent[]; readonly scannedTo: Position; readonly had: Had };

/**
 * Brings partitions back into the order of the log that their relays read. Of one service that order is never broken:
 * a record is given out once every other partition of the service is known to have nothing before it. Of several
 * services neither, as long as their relays keep up; one that stands still is left behind after a while
 * (`leaveBehind`), and comes in later with what it has.
 */
export type Merge = {
  /** What was fetched of a partition, in its order. Repeats, at or before what was had, are left out. */
  add(lane: LaneId, records: readonly Fetched[]): void;
  /** The next events, at most `maxEvents`; nothing when there are none, or the order does not allow any yet. */
  take(maxEvents: number): Taken | undefined;
  /** Services that hold up what others have; empty when nothing is held up by another service. */
  heldUpBy(): readonly string[];
  leaveBehind(services: readonly string[]): void;
  /** Records that wait, of all partitions or one. */
  waiting(lane?: LaneId): number;
  /** Of each partition, what stands before the first record that waits. */
  marks(): readonly (LaneId & { readonly mark: Mark | undefined })[];
  had(): Had;
};

type Lane = LaneId & {
  queue: Fetched[];
  /** Of the queue, how many were given out. */
  given: number;
  seen: Position | undefined;
  mark: Mark | undefined;
};

export const createMerge = (partitions: ReadonlyMap<string, number>, had: Had): Merge => {
  const services = [...partitions.keys()];
  const lanesOf = new Map(
    [...partitions].map(([service, count]) => [
      service,
      Array.from(
        { length: count },
        (_, partition): Lane => ({ service, partition, queue: [], given: 0, seen: had.get(service), mark: undefined }),
      ),
    ]),
  );
  const lanes = [...lanesOf.values()].flat();
  const reached = new Map(services.map((service) => [service, had.get(service)]));
  const behind = new Set<string>();
  let waiting = 0;
  let heldUpBy: readonly string[] = [];

  const next = () => {
    const ahead = services.map((service) => ({ service, ...frontOf(lanesOf.get(service) ?? []) }));
    const first = ahead.reduce<{ readonly lane: Lane; readonly sequence: Position } | undefined>(
      (best, { ready }) => (ready && (!best || ready.sequence < best.sequence) ? ready : best),
      undefined,
    );
    heldUpBy = [];
    if (!first) return undefined;
    // Whether nothing before it can come of the others: they have something later, or were read to there.
    const unsure = ahead.filter(
      ({ service, ready, readTo }) => service !== first.lane.service && !ready && !isAtLeast(readTo, first.sequence),
    );
    heldUpBy = unsure.map(({ service }) => service).filter((service) => !behind.has(service));
    if (heldUpBy.length > 0) return undefined;
    return { ...first, unsure: new Set(unsure.map(({ service }) => service)) };
  };

  const give = ({ lane, sequence, unsure }: NonNullable<ReturnType<typeof next>>): Fetched | undefined => {
    const record = lane.queue[lane.given];
    if (!record) return undefined;
    lane.given += 1;
    if (lane.given === lane.queue.length || lane.given > 1024) {
      lane.queue = lane.queue.slice(lane.given);
      lane.given = 0;
    }
    lane.mark = { offset: record.offset + 1, sequence };
    waiting -= 1;
    for (const service of services) {
      if (unsure.has(service)) continue;
      // It is no longer behind once the others have nothing that it has not passed.
      behind.delete(service);
      if (!isAtLeast(reached.get(service), sequence)) reached.set(service, sequence);
    }
    return record;
  };

  return {
    add({ service, partition }, records) {
      const lane = lanesOf.get(service)?.[partition];
      if (!lane) return;
      for (const record of records) {
        if (lane.seen !== undefined && record.sequence <= lane.seen) continue;
        lane.seen = record.sequence;
        lane.queue.push(record);
        waiting += 1;
      }
    },
    take(maxEvents) {
      const events: IntegrationEvent[] = [];
      let passed = 0;
      for (let it = next(); it && events.length < maxEvents; it = next()) {
        const record = give(it);
        passed += 1;
        if (!record?.event) continue;
        const position = encodePlace(reached, record.halfway ? record.sequence : undefined);
        events.push({ ...record.event, position });
      }
      if (passed === 0) return undefined;
      const scannedTo = events.at(-1)?.position;
      return { events, scannedTo: laterPlace(scannedTo, encodePlace(reached)), had: new Map(reached) };
    },
    heldUpBy: () => heldUpBy,
    leaveBehind(left) {
      for (const service of left) behind.add(service);
    },
    waiting(id) {
      if (id === undefined) return waiting;
      const lane = lanesOf.get(id.service)?.[id.partition];
      return lane === undefined ? 0 : lane.queue.length - lane.given;
    },
    marks: () => lanes.map(({ service, partition, mark }) => ({ service, partition, mark })),
    had: () => reached,
  };
};

/** The earliest record of a service, when no other partition can have an earlier one, and how far all were read. */
const frontOf = (lanes: readonly Lane[]) => {
  let head: { readonly lane: Lane; readonly sequence: Position } | undefined;
  // Of the partitions without a record that waits: how far the one that is least far was read.
  let readTo: Position | undefined;
  let idle = 0;
  for (const lane of lanes) {
    const record = lane.queue[lane.given];
    if (record) {
      if (!head || record.sequence < head.sequence) head = { lane, sequence: record.sequence };
      continue;
    }
    if (idle === 0 || !isAtLeast(lane.seen, readTo ?? '')) readTo = lane.seen;
    idle += 1;
  }
  const ready = head && (idle === 0 || isAtLeast(readTo, head.sequence)) ? head : undefined;
  return { ready, readTo };
};

/** The later of two texts. */
const laterPlace = (a: Position | undefined, b: Position): Position => (a !== undefined && a > b ? a : b);

const isAtLeast = (place: Position | undefined, wanted: Position) => place !== undefined && place >= wanted;
