import { Month } from '@adempauze/contracts';
import { dayOf, type Instant, monthOf, plusDays, plusMonths } from '@adempauze/kernel';
import { z } from 'zod';
import { billMonth } from '../api/funding.ts';
import { openResource, publishOffer, publishTimes } from '../api/supply.ts';
import { mutation } from '../graphql.ts';
import type { Ids } from '../ids.ts';
import type { Caller } from '../torture/caller.ts';
import type { Act } from '../torture/load.ts';
import type { Random } from '../torture/random.ts';
import type { Household, Slot, World } from '../torture/world.ts';

const Identified = z.object({ id: z.string() });
const Person = z.object({ personId: z.string() });
const withdrawOffer = mutation<{ offerId: string }, typeof Identified>('withdrawOffer', 'offer', '{ id }', Identified);
const changeTariff = mutation<
  { offerId: string; tariff: { from: string; priceCents: number; vat: 'EXEMPT' } },
  typeof Identified
>('changeTariff', 'offer', '{ id }', Identified);
const forgetPerson = mutation<{ personId: string }, typeof Person>('forgetPerson', 'forgotten', '{ personId }', Person);

export type Besides = {
  readonly acts: readonly Act[];
  /** Whoever was forgotten, as far as anybody was told. */
  readonly forgotten: readonly (Household & { readonly personId: string; readonly name: string })[];
  /** Bills every month that is over. */
  billAll(): Promise<void>;
};

/** What the load of the torture leaves out: offers that come and go, new prices, bills, and people who are forgotten. */
export const createBesides = ({
  caller,
  world,
  ids,
  random,
  now,
}: {
  readonly caller: Caller;
  readonly world: World;
  readonly ids: Ids;
  readonly random: Random;
  readonly now: () => Instant;
}): Besides => {
  const forgotten: Besides['forgotten'][number][] = [];
  const passing: Slot[][] = [];

  const publish = async () => {
    const offerId = ids.next();
    const resourceId = ids.next();
    const tomorrow = plusDays(dayOf(now()), 1);
    const template = random.pick(world.slots.filter(({ provider }) => provider === 'de-vliet'));
    const of = { account: 'de-vliet', key: ids.next() };
    const offered = await caller.order({
      ...{ ...of, operation: 'publishOffer', document: publishOffer, about: offerId },
      input: {
        ...{ offerId, form: 'F01', title: 'Tijdelijk aanbod', place: 'Rijswijk', travelKm: 60, instant: true },
        ...{ conditionsServed: ['DEMENTIA', 'FRAILTY'], unit: 'HOUR', bearer: 'GUARANTEE' },
        ...{ tariff: { from: tomorrow, priceCents: 3900, vat: 'EXEMPT' }, minMinutes: 60, maxMinutes: 480 },
      },
    });
    if (!offered?.accepted) return;
    const opened = await caller.order({
      ...{ account: 'de-vliet', operation: 'openResource', document: openResource, key: ids.next() },
      ...{ about: resourceId, input: { resourceId, offerIds: [offerId], capacity: 1, bufferMinutes: 15 } },
    });
    if (!opened?.accepted) return;
    const spans = world.slots.filter((it) => it.resourceId === template.resourceId).map(({ span }) => span);
    const coming = spans.filter(({ from }) => from > now()).slice(0, 40);
    if (coming.length === 0) return;
    const published = await caller.order({
      ...{ account: 'de-vliet', operation: 'publishTimes', document: publishTimes, key: ids.next() },
      ...{ about: resourceId, input: { resourceId, spans: coming } },
    });
    if (!published?.accepted) return;
    const slots = coming.map((span) => ({ ...template, offerId, resourceId, span }));
    passing.push(slots);
    world.slots.push(...slots);
  };

  const withdraw = async () => {
    const [slots] = passing.splice(random.whole(0, passing.length - 1), 1);
    const [slot] = slots ?? [];
    if (slot === undefined) return;
    await caller.order({
      ...{ account: 'de-vliet', operation: 'withdrawOffer', document: withdrawOffer, key: ids.next() },
      ...{ about: slot.offerId, input: { offerId: slot.offerId } },
    });
    // Some ask for it a little longer.
    if (random.chance(0.85)) for (const it of slots ?? []) world.slots.splice(world.slots.indexOf(it), 1);
  };

  const reprice = async () => {
    const { offerId } = random.pick(world.slots.filter(({ provider }) => provider === 'de-vliet'));
    const priceCents = random.whole(3000, 5000);
    const tariff = { from: plusDays(dayOf(now()), random.whole(1, 9)), priceCents, vat: 'EXEMPT' as const };
    await caller.order({
      ...{ account: 'de-vliet', operation: 'changeTariff', document: changeTariff, key: ids.next() },
      ...{ about: offerId, amountCents: priceCents, input: { offerId, tariff } },
    });
  };

  const forget = async () => {
    if (world.households.length < 6) return;
    const [household] = world.households.splice(random.whole(0, world.households.length - 1), 1);
    if (household === undefined) return;
    const { recipientId: personId, recipientName: name } = household;
    const outcome = await caller.order({
      ...{ account: 'beheer', operation: 'forgetPerson', document: forgetPerson, key: ids.next() },
      ...{ about: personId, input: { personId } },
    });
    if (outcome?.accepted) forgotten.push({ ...household, personId, name });
  };

  const bill = async (month: string) => {
    await caller.order({
      ...{ account: 'beheer', operation: 'billMonth', document: billMonth, key: ids.next() },
      ...{ about: month, input: { month: Month.parse(month) } },
    });
  };
  const lastMonth = () => monthOf(plusMonths(dayOf(now()), -1));

  return {
    forgotten,
    acts: [
      [1, publish],
      [0.6, withdraw],
      [1, reprice],
      [0.4, forget],
      [0.4, () => bill(lastMonth())],
    ],
    async billAll() {
      for (let day = dayOf(world.begin); monthOf(day) <= lastMonth(); day = plusMonths(day, 1))
        await bill(monthOf(day));
    },
  };
};
