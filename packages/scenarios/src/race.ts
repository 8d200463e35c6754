import { dayOf, hourMs, plusDays, plusMs } from '@adempauze/kernel';
import { confirmBooking, findBooking, registerHousehold, requestBooking } from './api/care.ts';
import type { Span } from './api/shapes.ts';
import { findNow, findResource, openResource, publishOffer, publishTimes } from './api/supply.ts';
import { hours, registered, yes } from './cast.ts';
import type { Client, Session } from './client.ts';
import type { Ids } from './ids.ts';

/* Contested slots: many households want the same hour of the same worker at the same moment. */

export type RaceOptions = {
  readonly client: Client;
  readonly ids: Ids;
  readonly nowMs: () => number;
  readonly slots: number;
  readonly racers: number;
  /** Told after each slot. */
  readonly onSlot?: ((done: number) => void) | undefined;
};

export type RaceResult = {
  readonly slots: number;
  readonly racers: number;
  readonly winners: number;
  /** Everybody who was told that somebody was first. */
  readonly losers: number;
  /** Slots that had no winner, or more than one, by what was answered or by what is seen afterwards. */
  readonly broken: readonly string[];
  /** Answers that are neither a yes nor `place-taken`, by code. */
  readonly errors: ReadonlyMap<string, number>;
  /** How long each loser waited, in milliseconds, sorted. */
  readonly loserMs: readonly number[];
  readonly elapsedMs: number;
};

type Slot = { readonly resourceId: string; readonly span: Span };
type Racer = { readonly session: Session; readonly householdId: string };
type Finish = { readonly code: string; readonly ms: number; readonly bookingId: string; readonly racer: Racer };

const slotsPerWorker = 50;

/** Every slot is wanted by every racer at once; then what was answered is held against what can be seen. */
export const race = async (options: RaceOptions): Promise<RaceResult> => {
  const { client, ids, nowMs, racers: count } = options;
  const { offerId, slots, provider } = await publishSlots(options);
  const racers = await registerRacers(client, ids, count);
  const errors = new Map<string, number>();
  const loserMs: number[] = [];
  const broken: string[] = [];
  const winners = new Map<Slot, Finish>();
  const begunMs = nowMs();
  for (const [number, slot] of slots.entries()) {
    const finishes = await Promise.all(racers.map((racer) => run(racer, offerId, slot, ids.next(), nowMs)));
    const first = finishes.filter((it) => it.code === 'confirmed');
    if (first.length !== 1) broken.push(`slot ${number}: ${first.length} winners were told yes`);
    if (first[0]) winners.set(slot, first[0]);
    for (const { code, ms } of finishes) {
      if (code === 'place-taken') loserMs.push(ms);
      else if (code !== 'confirmed') errors.set(code, (errors.get(code) ?? 0) + 1);
    }
    options.onSlot?.(number + 1);
  }
  const elapsedMs = nowMs() - begunMs;
  broken.push(...(await compareWithQueries(provider, slots, winners)));
  return {
    ...{ slots: slots.length, racers: count, winners: winners.size, losers: loserMs.length, broken, errors },
    loserMs: loserMs.toSorted((a, b) => a - b),
    elapsedMs,
  };
};

const publishSlots = async ({ client, ids, slots: count }: RaceOptions) => {
  const provider = await registered(await client.as('de-vliet'), 'de-vliet');
  const now = await provider.ask(findNow, {});
  const offerId = ids.next();
  yes(
    await provider.order(publishOffer, {
      ...{ offerId, form: 'F01', title: 'Blokzorg waar veel vraag naar is', place: 'Rijswijk', travelKm: 50 },
      ...{ conditionsServed: ['FRAILTY'], unit: 'HOUR', bearer: 'GUARANTEE', instant: true, minMinutes: 60 },
      tariff: { from: dayOf(now), priceCents: 45_00, vat: 'EXEMPT' },
    }),
  );
  const slots: Slot[] = [];
  const firstDay = plusDays(dayOf(plusMs(now, 24 * hourMs)), 1);
  while (slots.length < count) {
    const resourceId = ids.next();
    const size = Math.min(slotsPerWorker, count - slots.length);
    const spans = Array.from({ length: size }, (_, index) =>
      hours(plusDays(firstDay, Math.floor(index / 10)), `${String(8 + (index % 10)).padStart(2, '0')}:00`, 1),
    );
    yes(await provider.order(openResource, { resourceId, offerIds: [offerId], capacity: 1 }));
    yes(await provider.order(publishTimes, { resourceId, spans }));
    slots.push(...spans.map((span) => ({ resourceId, span })));
  }
  return { offerId, slots, provider };
};

/** One household a racer, spread over the caregivers who can sign in. */
const registerRacers = async (client: Client, ids: Ids, count: number): Promise<Racer[]> => {
  const caregivers = await Promise.all(['fatima', 'jan', 'els'].map((account) => client.as(account)));
  const racers: Racer[] = [];
  for (let number = 0; number < count; number += 1) {
    const session = caregivers[number % caregivers.length];
    if (!session) continue;
    const householdId = ids.next();
    yes(
      await session.order(registerHousehold, {
        householdId,
        caregiver: { name: `Mantelzorger ${number + 1}`, place: 'Rijswijk' },
        recipient: { name: `Naaste ${number + 1}`, place: 'Rijswijk', conditions: ['FRAILTY'] },
        relation: 'PARTNER',
        careHoursPerWeek: 20,
      }),
    );
    racers.push({ session, householdId });
  }
  return racers;
};

const run = async (
  racer: Racer,
  offerId: string,
  slot: Slot,
  bookingId: string,
  nowMs: () => number,
): Promise<Finish> => {
  const { session, householdId } = racer;
  const begunMs = nowMs();
  const end = (code: string): Finish => ({ code, ms: nowMs() - begunMs, bookingId, racer });
  try {
    const wish = { bookingId, householdId, offerId, ...slot, placeOfService: 'RECIPIENT_HOME' } as const;
    const asked = await session.order(requestBooking, wish);
    if (!asked.accepted) return end(asked.rejection.code);
    const confirmed = await session.order(confirmBooking, { bookingId });
    return end(confirmed.accepted ? confirmed.value.status.toLowerCase() : confirmed.rejection.code);
  } catch (error) {
    return end(error instanceof Error ? `error: ${error.message}` : 'error');
  }
};

/** Each slot is taken once, by the winner that was told so, whose booking is confirmed. */
const compareWithQueries = async (
  provider: Session,
  slots: readonly Slot[],
  winners: ReadonlyMap<Slot, Finish>,
): Promise<string[]> => {
  const broken: string[] = [];
  const taken = new Map<string, string[]>();
  for (const resourceId of new Set(slots.map((it) => it.resourceId))) {
    const resource = await provider.ask(findResource, { id: resourceId });
    for (const { span, state, bookingId } of resource?.occupied ?? []) {
      const key = `${resourceId}/${span.from}`;
      taken.set(key, [...(taken.get(key) ?? []), `${state}/${bookingId}`]);
    }
  }
  for (const [number, slot] of slots.entries()) {
    const winner = winners.get(slot);
    const found = taken.get(`${slot.resourceId}/${slot.span.from}`) ?? [];
    const expected = winner ? [`TAKEN/${winner.bookingId}`] : [];
    if (found.join() !== expected.join())
      broken.push(`slot ${number}: the calendar shows ${found.join(', ') || 'nobody'}`);
    if (!winner) continue;
    const booking = await winner.racer.session.ask(findBooking, { id: winner.bookingId });
    if (booking?.status !== 'CONFIRMED')
      broken.push(`slot ${number}: the winner's booking is ${booking?.status ?? 'not there'}`);
  }
  return broken;
};

/** The value below which this share of sorted numbers lies; 0 when there are none. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
