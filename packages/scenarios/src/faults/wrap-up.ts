import { Day, dayOf, type Instant, instantOn, monthOf, plusMonths } from '@adempauze/kernel';
import { z } from 'zod';
import { findBooking, listBookings, recordDelivery } from '../api/care.ts';
import { findBudget, findTrialBalance } from '../api/funding.ts';
import { findViewer } from '../api/supply.ts';
import type { Evidence } from '../checks/evidence.ts';
import type { Told } from '../checks/history.ts';
import type { Client } from '../client.ts';
import { seeEverything } from '../everything.ts';
import { query } from '../graphql.ts';
import type { Ids } from '../ids.ts';
import type { Caller } from '../torture/caller.ts';
import type { Seen } from '../torture/run.ts';
import type { World } from '../torture/world.ts';

const providers = ['de-vliet', 'bij-saskia', 'duinroos', 'carla'] as const;

/** Early on the second day of the month after this moment's, when that month can be billed. */
export const nextMonthAfter = (now: Instant): Instant =>
  instantOn(Day.parse(`${monthOf(plusMonths(Day.parse(`${monthOf(dayOf(now))}-01`), 1))}-02`), '06:00');

/** Every provider goes through its bookings and records the care that has begun. Answers how many were recorded. */
export const recordAllCare = async (caller: Caller, ids: Ids, now: Instant): Promise<number> => {
  let recorded = 0;
  for (const account of providers) {
    const { organisation } = await caller.ask(account, findViewer, {});
    for (let after: string | null | undefined; ; ) {
      const filter = { provider: organisation ?? '' };
      const page = await caller.ask(account, listBookings, { filter, first: 100, ...(after ? { after } : {}) });
      const due = page.items.filter(({ status, span }) => status === 'CONFIRMED' && span.from <= now);
      await Promise.all(
        due.map(async ({ id: bookingId, terms }) => {
          const deliveryId = ids.next();
          const outcome = await caller.order({
            ...{ account, operation: 'recordDelivery', document: recordDelivery, key: ids.next(), about: bookingId },
            ...{ detail: deliveryId, input: { bookingId, deliveryId, quantity: terms.quantity } },
          });
          if (outcome?.accepted) recorded += 1;
        }),
      );
      if (!page.hasNextPage) break;
      after = page.endCursor;
    }
  }
  return recorded;
};

/** What shows at the door of everything that was asked for. */
export const lookAround = async (caller: Caller, told: readonly Told[], budgetId: string): Promise<Seen> => {
  const bookings: Record<string, string | null> = {};
  const asked = [...new Set(told.filter((it) => it.operation === 'requestBooking').map(({ about }) => about))];
  for (let at = 0; at < asked.length; at += 16)
    await Promise.all(
      asked.slice(at, at + 16).map(async (id) => {
        bookings[id] = (await caller.ask('beheer', findBooking, { id }))?.status ?? null;
      }),
    );
  const budget = await caller.ask('anke', findBudget, { id: budgetId });
  const { balanced } = await caller.ask('beheer', findTrialBalance, {});
  return { bookings, budget: { id: budgetId, balanceCents: budget?.balanceCents ?? null }, trialBalanced: balanced };
};

const Recipient = z.object({ recipient: z.object({ name: z.string().nullable() }) });
const findRecipient = query<{ id: string }, z.ZodNullable<typeof Recipient>>(
  'household',
  'query Recipient($id: ID!) { household(id: $id) { recipient { name } } }',
  Recipient.nullable(),
);

/** What people in households that were not forgotten are called at the door. */
export const lookAtNames = async (caller: Caller, world: World): Promise<Evidence['remembered']> => {
  const remembered = [];
  for (const { account, householdId, recipientName } of world.households) {
    const shown = await caller.ask(account, findRecipient, { id: householdId });
    remembered.push({ householdId, name: recipientName, shown: shown?.recipient.name ?? null });
  }
  return remembered;
};

/** Everything that anybody sees, and every household of somebody who was forgotten, as text. */
export const lookAtEverything = async (
  client: Client,
  forgotten: readonly { readonly account: string; readonly householdId: string }[],
): Promise<string[]> => {
  const seen = await seeEverything(client);
  for (const { account, householdId } of forgotten) {
    const session = await client.as(account);
    const document = `query ($id: ID!) { household(id: $id) { caregiver { name } recipient { name conditions careProfile } needProfile } }`;
    seen.push((await session.raw(document, { id: householdId })).body);
  }
  return seen;
};
