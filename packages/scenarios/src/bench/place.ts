import { type Client, createClient } from '../client.ts';
import { createIds } from '../ids.ts';
import { signInWith } from '../sign-in.ts';
import { createTransport } from '../transport.ts';
import { type BenchSupply, publishBenchSupply, type SupplySize } from './supply.ts';

/** A marketplace that runs, with what the bench books in it. */
export type BookingPlace = {
  /** `http://host:port` of its gateway. */
  readonly target: string;
  readonly supply: BenchSupply;
  /** A bearer token by account. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Begins the names of runs, so that two benches of one marketplace do not repeat each other's commands. */
  readonly seed: string;
  /** `/metrics` of its processes, as far as they are known. */
  readonly metricsUrls: readonly string[];
  /** Of the one process that does everything; undefined where there are several. */
  readonly pid?: () => number;
};

/** Signs in and publishes the supply, through the public door. @throws Error in a sentence when nobody answers there. */
export const prepareBookings = async ({
  target,
  seed,
  size,
  metricsUrls,
  nowMs,
}: {
  readonly target: string;
  readonly seed: string;
  readonly size: SupplySize;
  readonly metricsUrls: readonly string[];
  readonly nowMs: () => number;
}): Promise<BookingPlace> => {
  const tokens = new Map<string, string>();
  const transport = createTransport({ target, nowMs });
  try {
    const signIn = signInWith({ target });
    const client: Client = createClient({ transport, signIn, keys: createIds(`${seed} bench keys`) });
    for (const account of ['fatima', 'jan', 'els']) tokens.set(account, await signIn(account));
    const supply = await publishBenchSupply(client, createIds(`${seed} bench`), size);
    return { target, supply, tokens, seed, metricsUrls };
  } finally {
    transport.close();
  }
};
