import type { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { cancelBooking, confirmBooking, requestBooking } from '../api/care.ts';
import { approveHelper } from '../api/families.ts';
import { spendBudget } from '../api/funding.ts';
import { answerProposal, listMatches, proposeHelper } from '../api/matching.ts';
import { searchOffers } from '../api/supply.ts';
import { mutation } from '../graphql.ts';
import type { Ids } from '../ids.ts';
import type { Caller } from './caller.ts';
import type { Random } from './random.ts';
import type { Household, Slot, World } from './world.ts';

const Changed = z.object({ status: z.string() });
const acceptBooking = mutation<{ bookingId: string }, typeof Changed>(
  'acceptBooking',
  'booking',
  '{ status }',
  Changed,
);
const declineBooking = mutation<{ bookingId: string; reason: 'NO_STAFF' }, typeof Changed>(
  'declineBooking',
  'booking',
  '{ status }',
  Changed,
);
const recordDelivery = mutation<{ bookingId: string; deliveryId: string; quantity: number }, typeof Changed>(
  'recordDelivery',
  'booking',
  '{ status }',
  Changed,
);
const statusOf = ({ status }: { readonly status: string }) => status;

type Live = {
  readonly bookingId: string;
  readonly household: Household;
  readonly slot: Slot;
  readonly quantity: number;
  status: string;
};

/** Something that people do, and how often beside other things. */
export type Act = readonly [weight: number, act: () => Promise<void>];

export type LoadOptions = {
  readonly caller: Caller;
  readonly world: World;
  readonly ids: Ids;
  readonly random: Random;
  /** The marketplace's time, as far as we know. */
  readonly now: () => Instant;
  readonly isOver: () => boolean;
  readonly lanes: number;
  /** What people do besides, with a weight beside the 100 of the others. */
  readonly besides?: readonly Act[];
};

/** So many people at once, each doing one thing after another, until it is over. */
export const runLoad = async ({
  caller,
  world,
  ids,
  random,
  now,
  isOver,
  lanes,
  besides = [],
}: LoadOptions): Promise<void> => {
  const live = new Map<string, Live>();
  const withStatus = (...statuses: string[]): Live[] => [...live.values()].filter((it) => statuses.includes(it.status));

  const book = async () => {
    const household = random.pick(world.households);
    const free = world.slots.filter(({ span }) => span.from > now());
    if (free.length === 0) return;
    // Often one of the first few, which others want too.
    const slot = random.chance(0.25) ? random.pick(free.slice(0, 8)) : random.pick(free);
    const bookingId = ids.next();
    const { offerId, resourceId, span, placeOfService } = slot;
    const wish = {
      bookingId,
      householdId: household.householdId,
      offerId,
      span,
      placeOfService,
      purpose: 'Een middag weg.',
    };
    const held = await caller.order({
      ...{ account: household.account, operation: 'requestBooking', document: requestBooking, key: ids.next() },
      ...{ about: bookingId, statusOf, input: resourceId === undefined ? wish : { ...wish, resourceId } },
    });
    if (!held?.accepted) return;
    const it: Live = { bookingId, household, slot, quantity: held.value.terms.quantity, status: 'HELD' };
    live.set(bookingId, it);
    if (random.chance(0.12)) return; // changes their mind and says nothing: the hold expires
    await confirm(it);
  };
  const confirm = async (it: Live) => {
    const { bookingId, household } = it;
    const outcome = await caller.order({
      ...{ account: household.account, operation: 'confirmBooking', document: confirmBooking, key: ids.next() },
      ...{ about: bookingId, statusOf, input: { bookingId } },
    });
    if (outcome?.accepted) it.status = outcome.value.status;
    else live.delete(bookingId);
  };
  const cancel = async () => {
    const some = withStatus('HELD', 'CONFIRMED', 'AWAITING_ACCEPTANCE', 'AWAITING_HELPER');
    if (some.length === 0) return;
    const { bookingId, household } = random.pick(some);
    live.delete(bookingId);
    await caller.order({
      ...{ account: household.account, operation: 'cancelBooking', document: cancelBooking, key: ids.next() },
      ...{ about: bookingId, statusOf, input: { bookingId } },
    });
  };
  const answer = async () => {
    const some = withStatus('AWAITING_ACCEPTANCE');
    if (some.length === 0) return;
    const it = random.pick(some);
    const { bookingId, slot } = it;
    const shared = { account: slot.provider, key: ids.next(), about: bookingId, statusOf };
    if (random.chance(0.25)) {
      live.delete(bookingId);
      const input = { bookingId, reason: 'NO_STAFF' as const };
      await caller.order({ ...shared, operation: 'declineBooking', document: declineBooking, input });
      return;
    }
    const outcome = await caller.order({
      ...{ ...shared, operation: 'acceptBooking', document: acceptBooking, input: { bookingId } },
    });
    if (outcome?.accepted) it.status = outcome.value.status;
    else live.delete(bookingId);
  };
  const help = async () => {
    const { items } = await caller.ask('carla', listMatches, { status: ['OPEN'], first: 20 });
    if (items.length === 0) return;
    const match = random.pick(items);
    const helperId = random.pick(world.helperIds);
    const proposal = { matchId: match.id, helperId };
    const shared = { account: 'carla', about: match.id, detail: helperId, statusOf };
    const asked = await caller.order({
      ...{ ...shared, operation: 'proposeHelper', document: proposeHelper, key: ids.next(), input: proposal },
    });
    if (!asked?.accepted) return;
    const it = live.get(match.bookingId);
    // The family says yes to who comes; of one that has called it off nobody waits for a word.
    if (asked.value.awaits === 'FAMILY' && it)
      await caller.order({
        ...{ ...shared, account: it.household.account, operation: 'approveHelper', document: approveHelper },
        ...{ statusOf: () => 'APPROVED', key: ids.next() },
        input: { bookingId: match.bookingId, helperId, answer: 'YES' },
      });
    const yes = random.chance(0.8);
    const outcome = await caller.order({
      ...{ ...shared, operation: 'answerProposal', document: answerProposal, key: ids.next() },
      input: { ...proposal, answer: yes ? 'YES' : 'NO' },
    });
    if (it && outcome?.accepted && outcome.value.status === 'MATCHED') it.status = 'CONFIRMED';
  };
  const deliver = async () => {
    const some = withStatus('CONFIRMED').filter(({ slot }) => slot.span.from <= now());
    if (some.length === 0) return;
    const { bookingId, slot, quantity } = random.pick(some);
    live.delete(bookingId);
    const deliveryId = ids.next();
    await caller.order({
      ...{ account: slot.provider, operation: 'recordDelivery', document: recordDelivery, key: ids.next() },
      ...{ about: bookingId, detail: deliveryId, statusOf, input: { bookingId, deliveryId, quantity } },
    });
  };
  const spend = async () => {
    const { budgetId } = world;
    const spendId = ids.next();
    const amountCents = random.whole(100, 4000);
    await caller.order({
      ...{ account: 'anke', operation: 'spendBudget', document: spendBudget, key: ids.next(), about: budgetId },
      ...{ detail: spendId, amountCents, statusOf: () => 'SPENT', input: { budgetId, spendId, amountCents } },
    });
  };
  const search = async () => {
    const from = now();
    const until = new Date(Date.parse(from) + 7 * 86_400_000).toISOString() as Instant;
    await caller.ask('fatima', searchOffers, { near: 'Delft', forms: ['F01', 'F05', 'F12'], from, until });
  };

  const acts: readonly (readonly [number, () => Promise<void>])[] = [
    [46, book],
    [7, cancel],
    [10, answer],
    [10, help],
    [12, deliver],
    [6, spend],
    [4, search],
    [1, () => world.addHousehold(random.chance(0.3))],
    [4, () => caller.repeatOne()],
    ...besides,
  ];
  const total = acts.reduce((sum, [weight]) => sum + weight, 0);
  const actOnce = async () => {
    let at = random.next() * total;
    for (const [weight, act] of acts) {
      at -= weight;
      if (at >= 0) continue;
      await act();
      break;
    }
  };
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (!isOver()) await actOnce();
    }),
  );
};
