import type { IntegrationEvent } from '@adempauze/event-bus';
import type { Standing } from '@adempauze/event-bus/kafka-inspect';
import type { Instant } from '@adempauze/kernel';
import type { Seen } from '../torture/run.ts';
import type { History } from './history.ts';

/** What one replica said of itself, and holds, once everything had settled. */
export type Replica = {
  /** `bookings-2` */
  readonly name: string;
  readonly service: string;
  /** Its read models against a rebuild from the log. */
  readonly differences: readonly string[];
  /** Each table of its read models: how many rows, and a digest of them whatever their order. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly digest: string }>>;
};

export type Forgotten = { readonly personId: string; readonly name: string };

/** All that was gathered after the faults, for the checks to hold against each other. */
export type Evidence = History & {
  /** The marketplace's clock at the end. */
  readonly now: Instant;
  /** The first month that was not billed. */
  readonly billedBefore: string;
  /** What the log should have become in Kafka, in log order. */
  readonly published: readonly IntegrationEvent[];
  /** What stands in Kafka, by topic and partition in its order. */
  readonly records: readonly Standing[];
  readonly replicas: readonly Replica[];
  readonly parked: readonly { readonly id: string; readonly consumer: string; readonly reason: string }[];
  readonly seen: Seen;
  readonly forgotten: readonly Forgotten[];
  /** Of everybody else: what they are called, and what is shown to who may see it. */
  readonly remembered: readonly {
    readonly householdId: string;
    readonly name: string;
    readonly shown: string | null;
  }[];
  /** Names of people that stand readable where they may not: everywhere but behind the door, and of the forgotten there too. */
  readonly readable: readonly { readonly where: string; readonly name: string }[];
  /** How many places were looked through for them. */
  readonly lookedThrough: number;
};
