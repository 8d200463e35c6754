import type { Random } from '../torture/random.ts';

/** What can be hit. */
export type Plant = {
  /** Every replica of every service and of the gateway. */
  readonly processes: readonly string[];
  readonly services: readonly string[];
  /** What stands behind a proxy: the store, the keys, every replica of a service, and the door. */
  readonly links: readonly string[];
  readonly brokers: number;
};

export type Ailment = 'cut' | 'refused' | 'silent' | 'lost to server' | 'lost to client' | 'slow' | 'unanswered';

export type Fault =
  /** `kill -9`, or asked to stop; away for so long, then started again. */
  | { readonly kind: 'kill' | 'stop'; readonly target: string; readonly forMs: number }
  /** The replica whose turn it is to react and to sweep, or which publishes, at that moment. */
  | { readonly kind: 'kill who works' | 'kill who publishes'; readonly target: string; readonly forMs: number }
  /** The target is the number of the broker. */
  | { readonly kind: 'kill broker' | 'restart broker'; readonly target: string; readonly forMs: number }
  | { readonly kind: 'kill store' | 'kill keys'; readonly target: string; readonly forMs: number }
  | {
      readonly kind: `link ${Ailment}`;
      readonly target: string;
      readonly forMs: number;
      /** Of each piece on a link that is slow. */
      readonly delayMs: number;
    }
  /** Some of what the service published is written to Kafka once more. */
  | { readonly kind: 'repeat records'; readonly target: string; readonly forMs: 0; readonly share: number }
  | { readonly kind: 'move clock'; readonly target: 'clock'; readonly forMs: 0; readonly hours: number };
export type FaultKind = Fault['kind'];

/** What is done at one moment: mostly one fault, now and then two together. */
export type Blow = { readonly pauseMs: number; readonly faults: readonly Fault[] };

const ailments: readonly Ailment[] = [
  'cut',
  'refused',
  'silent',
  'lost to server',
  'lost to client',
  'slow',
  'unanswered',
];

/**
 * Which faults come, in which order and for how long, without an end: by the seed and nothing else. Of each kind every
 * target has its turn before one comes again, and the first blows are of all kinds, so that a short run has seen them.
 * `twoShare` of the blows are two faults at once.
 */
export function* planFaults(plant: Plant, random: Random, twoShare: number): Generator<Blow, never> {
  const { processes, services, links } = plant;
  const brokers = Array.from({ length: plant.brokers }, (_, index) => String(index + 1));
  const away = () => random.whole(300, 3000);
  const kinds: readonly { readonly weight: number; readonly next: () => Fault }[] = [
    kind(12, processes, (target) => ({ kind: 'kill', target, forMs: away() })),
    kind(6, processes, (target) => ({ kind: 'stop', target, forMs: away() })),
    kind(7, services, (target) => ({ kind: 'kill who works', target, forMs: away() })),
    kind(6, services, (target) => ({ kind: 'kill who publishes', target, forMs: away() })),
    kind(5, ['store'], (target) => ({ kind: 'kill store', target, forMs: away() })),
    kind(3, ['postgres'], (target) => ({ kind: 'kill keys', target, forMs: away() })),
    kind(4, brokers, (target) => ({ kind: 'kill broker', target, forMs: away() })),
    kind(2, brokers, (target) => ({ kind: 'restart broker', target, forMs: away() })),
    ...ailments.map((it) =>
      kind(4, links, (target) => ({
        ...{ kind: `link ${it}` as const, target },
        forMs: it === 'cut' ? 0 : random.whole(500, it === 'slow' ? 6000 : 9000),
        delayMs: random.whole(20, 400),
      })),
    ),
    kind(5, services, (target) => ({ kind: 'repeat records', target, forMs: 0, share: 0.05 + random.next() * 0.3 })),
    kind(10, ['clock'], () => ({ kind: 'move clock', target: 'clock', forMs: 0, hours: random.whole(1, 30) })),
  ];
  const first = deckOf(kinds, random);
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  const drawn = (): Fault => {
    let at = random.next() * total;
    for (const { weight, next } of kinds) {
      at -= weight;
      if (at < 0) return next();
    }
    return first().next();
  };
  for (let count = 0; ; count += 1) {
    const faults = [count < kinds.length ? first().next() : drawn()];
    if (random.chance(twoShare)) faults.push(drawn());
    yield { pauseMs: random.whole(300, 2500), faults: withoutSame(faults) };
  }

  function kind<T extends string>(weight: number, targets: readonly T[], make: (target: T) => Fault) {
    const draw = deckOf(targets, random);
    return { weight, next: () => make(draw()) };
  }
}

/** Hands out all of them in an order of the seed, again and again. @throws Error when there are none. */
const deckOf = <T>(from: readonly T[], random: Random): (() => T) => {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = [...from];
    const [card] = left.splice(random.whole(0, left.length - 1), 1);
    if (card === undefined) throw new Error('There is nothing to hit.');
    return card;
  };
};

/** Two faults at once hit two targets: one cannot be away twice. */
const withoutSame = (faults: readonly Fault[]): Fault[] => {
  const [first, second] = faults;
  if (first === undefined || second === undefined) return [...faults];
  return mayMeet(first, second) ? [first, second] : [first];
};

const group = ({ kind, target }: Fault): string => {
  if (kind === 'kill who works' || kind === 'kill who publishes') return target;
  return kind === 'kill' || kind === 'stop' ? target.replace(/-\d+$/, '') : kind.replace(/^(kill|restart) /, '');
};
const mayMeet = (one: Fault, other: Fault): boolean =>
  group(one) !== group(other) && !(one.kind.startsWith('link') && one.target === other.target);
