import { openPot } from './api/funding.ts';
import { yes } from './cast.ts';
import type { Client } from './client.ts';
import { createIds, type Ids } from './ids.ts';
import { startMarketplace } from './marketplace.ts';
import { playStories } from './stage.ts';
import { freeBudget } from './stories/free-budget.ts';
import { limits } from './stories/limits.ts';
import { volunteerMatch } from './stories/volunteer-match.ts';
import { connect, type Target } from './target.ts';

/** A marketplace of its own in which stories were played, and something of every kind that is known by whom it is. */
export type PlayedHouse = {
  readonly target: Target;
  readonly client: Client;
  readonly ids: Ids;
  readonly folder: string;
  /** Global id of one thing of each type: A07's family and its bookings, A18's match, A12's budget. */
  readonly idOf: (type: string) => string;
  stop(): Promise<void>;
};

const first = async (client: Client, account: string, document: string, variables: object = {}): Promise<string> => {
  const { body } = await (account === 'visitor' ? client.visitor() : await client.as(account)).raw(document, variables);
  const id = /"id":\[?"([^"]+)"/.exec(body)?.[1];
  if (id === undefined) throw new Error(`${account} finds nothing: ${body.slice(0, 300)}`);
  return id;
};

export const playHouse = async (seed: string): Promise<PlayedHouse> => {
  const nowMs = () => performance.now();
  const ids = createIds(seed);
  const marketplace = await startMarketplace({ demonstration: 'none', clockStart: '2026-01-02T08:00:00Z', nowMs });
  const target = await connect({ target: marketplace.target, ids, nowMs, alone: true });
  const stop = async () => {
    target.close();
    await marketplace.stop();
  };
  try {
    const played = await playStories([limits, volunteerMatch, freeBudget], target.stage);
    const failure = played.find((it) => it.failure);
    if (failure) throw new Error(`${failure.story.id}: ${failure.failure?.en}`);
    const client = target.makeClient();
    const things = await collect(client, ids);
    return { target, client, ids, folder: marketplace.folder, idOf: (type) => things.get(type) ?? '', stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const collect = async (client: Client, ids: Ids): Promise<ReadonlyMap<string, string>> => {
  const operator = await client.as('beheer');
  yes(await operator.order(openPot, { potId: ids.next(), name: 'Pot', municipalityCodes: ['0603'], amountCents: 100 }));
  const household = await first(client, 'nora', '{ households { edges { node { id } } } }');
  const booking = await first(
    client,
    'nora',
    'query ($id: ID!) { bookings(filter: { household: $id, status: [DELIVERED] }) { edges { node { id } } } }',
    { id: household },
  );
  return new Map([
    ['Household', household],
    ['Booking', booking],
    ['Claim', await first(client, 'nora', 'query ($id: ID!) { claim(bookingId: $id) { id } }', { id: booking })],
    ['Invoice', await first(client, 'rijswijk', '{ invoices { edges { node { id } } } }')],
    [
      'Entitlement',
      await first(client, 'nora', 'query ($id: ID!) { entitlements(household: $id) { id } }', { id: household }),
    ],
    ['Budget', await first(client, 'anke', '{ budgets { id } }')],
    ['Match', await first(client, 'carla', '{ matchQueue { edges { node { id } } } }')],
    ['Helper', await first(client, 'carla', '{ helpers { edges { node { id } } } }')],
    ['Resource', await first(client, 'de-vliet', '{ resources { edges { node { id } } } }')],
    ['Offer', await first(client, 'de-vliet', '{ resources { edges { node { id: offerIds } } } }')],
    ['Scheme', await first(client, 'rijswijk', '{ schemes { id } }')],
    ['Pot', await first(client, 'beheer', '{ pots { id } }')],
  ]);
};
