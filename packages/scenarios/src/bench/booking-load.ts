import { z } from 'zod';
import { type Connection, openConnection } from './connection.ts';
import { percentile } from './figures.ts';
import type { BenchSupply } from './supply.ts';

/** One run: how many full bookings, and the milliseconds of each and of its three requests. */
export type BookingRun = {
  readonly connections: number;
  readonly seconds: number;
  readonly bookings: number;
  /** Somebody else was first, and the caregiver chose again. */
  readonly lost: number;
  readonly fullMs: readonly number[];
  readonly searchMs: readonly number[];
  readonly requestMs: readonly number[];
  readonly confirmMs: readonly number[];
};

export type BookingLoad = {
  readonly target: string;
  readonly supply: BenchSupply;
  /** A bearer token by account. */
  readonly tokens: ReadonlyMap<string, string>;
  readonly connections: number;
  readonly seconds: number;
  /** Names the run, so that no two have the same idempotency keys. */
  readonly name: string;
  readonly nowMs: () => number;
};

/* What a screen asks for at each step. */
const search = `query Search($near: String!, $forms: [FormId!], $from: Instant!, $until: Instant!, $minutes: Int) {
  searchOffers(near: $near, forms: $forms, from: $from, until: $until, minutes: $minutes) {
    edges { node { travelKm atHome offer { id title providerName instant }
      times { resourceId span { from until } priceCents placesLeft } } } pageInfo { hasNextPage endCursor } } }`;
const rejected = '... on Rejected { code message }';
const request = `mutation Request($input: RequestBookingInput!) { requestBooking(input: $input) {
  ... on RequestBookingAccepted { booking { id status heldUntil ownCostCents quote { coverage } } position } ${rejected} } }`;
const confirm = `mutation Confirm($input: ConfirmBookingInput!) { confirmBooking(input: $input) {
  ... on ConfirmBookingAccepted { booking { id status confirmedAt } position } ${rejected} } }`;

const Span = z.object({ from: z.string(), until: z.string() });
const Found = z.object({
  data: z.object({
    searchOffers: z.object({
      edges: z.array(
        z.object({
          node: z.object({
            offer: z.object({ id: z.string(), instant: z.boolean() }),
            times: z.array(z.object({ resourceId: z.string(), span: Span })),
          }),
        }),
      ),
    }),
  }),
});
const Answer = z.object({
  booking: z.object({ id: z.string(), status: z.string() }).optional(),
  code: z.string().optional(),
});
const Requested = z.object({ data: z.object({ requestBooking: Answer }) });
const Confirmed = z.object({ data: z.object({ confirmBooking: Answer }) });

/** A small generator of pseudo-random whole numbers below a bound; the same seed gives the same run. */
const createPick = (seed: number) => {
  let state = (seed * 2_654_435_761) >>> 0;
  return <T>(from: readonly T[]): T => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const item = from[Math.floor((state / 2 ** 32) * from.length)];
    if (item === undefined) throw new Error('There is nothing to choose from.');
    return item;
  };
};

/**
 * Caregivers who book, one after the other on each connection: search near home on some day, request one of the times found,
 * confirm it. Each step is an HTTP request of its own. A time that somebody else took is chosen anew, and counts in the
 * time that the booking took.
 */
export const runBookings = async (load: BookingLoad): Promise<BookingRun> => {
  const { connections, seconds, nowMs } = load;
  const run = {
    ...{ connections, lost: 0 },
    fullMs: [] as number[],
    searchMs: [] as number[],
    requestMs: [] as number[],
    confirmMs: [] as number[],
  };
  const lanes = await Promise.all(Array.from({ length: connections }, (_, number) => openLane(load, number)));
  const begunMs = nowMs();
  const endMs = begunMs + seconds * 1000;
  await Promise.all(
    lanes.map(async ({ book, connection }) => {
      while (nowMs() < endMs) await book(run);
      connection.close();
    }),
  );
  return { ...run, seconds: (nowMs() - begunMs) / 1000, bookings: run.fullMs.length };
};

type Tally = {
  lost: number;
  readonly fullMs: number[];
  readonly searchMs: number[];
  readonly requestMs: number[];
  readonly confirmMs: number[];
};

const openLane = async ({ target, supply, tokens, name, nowMs }: BookingLoad, number: number) => {
  const pick = createPick(number + name.length * 7919 + Number.parseInt(name.slice(-4), 36));
  // A connection is one person's; its households are theirs.
  const accounts = [...tokens.keys()];
  const account = accounts[number % accounts.length] ?? '';
  const households = supply.households.filter((it) => it.account === account);
  const connection: Connection = await openConnection(target, '/graphql', {
    authorization: `Bearer ${tokens.get(account) ?? ''}`,
  });
  let sent = 0;
  const timed = async (query: string, variables: object, times: number[]): Promise<unknown> => {
    const begunMs = nowMs();
    const body = await connection.post(JSON.stringify({ query, variables }));
    times.push(nowMs() - begunMs);
    return JSON.parse(body);
  };
  const key = () => {
    sent += 1;
    return `${name}-${number}-${sent}`;
  };

  const book = async (tally: Tally): Promise<void> => {
    const begunMs = nowMs();
    for (;;) {
      const { householdId, town } = pick(households);
      const found = Found.parse(
        await timed(search, { near: town, forms: ['F01'], minutes: 60, ...pick(supply.days) }, tally.searchMs),
      );
      const hits = found.data.searchOffers.edges.filter(({ node }) => node.offer.instant && node.times.length > 0);
      const { offer, times } = pick(hits).node;
      const { resourceId, span } = pick(times);
      const wish = { householdId, offerId: offer.id, resourceId, span, placeOfService: 'RECIPIENT_HOME' };
      const asked = Requested.parse(
        await timed(request, { input: { idempotencyKey: key(), ...wish } }, tally.requestMs),
      ).data.requestBooking;
      if (asked.booking === undefined) {
        if (asked.code !== 'place-taken') throw new Error(`A request was refused: ${asked.code}.`);
        tally.lost += 1;
        continue;
      }
      const said = Confirmed.parse(
        await timed(confirm, { input: { idempotencyKey: key(), bookingId: asked.booking.id } }, tally.confirmMs),
      ).data.confirmBooking;
      if (said.booking?.status !== 'CONFIRMED')
        throw new Error(`A booking was not confirmed: ${said.code ?? said.booking?.status}.`);
      tally.fullMs.push(nowMs() - begunMs);
      return;
    }
  };
  return { book, connection };
};

/** p50 and p99 of what was measured. */
export const spread = (values: readonly number[]): { readonly p50: number; readonly p99: number } => ({
  p50: percentile(values, 0.5),
  p99: percentile(values, 0.99),
});
