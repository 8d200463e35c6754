import { BookingId, HelperId, PageRequest, ResourceId } from '@adempauze/contracts';
import type { Instant } from '@adempauze/kernel';
import { readLives } from '../checks/check-lives.ts';
import type { Fact } from '../checks/history.ts';
import type { Told } from './caller.ts';
import type { Doors, SimulatedMarketplace } from './simulated-marketplace.ts';
import type { Town } from './town.ts';

/**
 * Sends every acknowledged command again: yes once more, and not a word more in the log. A yes that had nothing to write
 * was not recorded, so that it may be another answer once things have changed.
 */
export const checkRepeats = async (marketplace: SimulatedMarketplace, told: readonly Told[]): Promise<string[]> => {
  const violations: string[] = [];
  const log = await marketplace.readLog();
  const recorded = new Set(log.map(({ metadata }) => metadata.commandId));
  let head = await marketplace.head();
  for (const it of told) {
    if (it.answer !== 'accepted' || !recorded.has(it.key)) continue;
    const outcome = await it.again(marketplace.doors).catch((error: unknown) => error);
    const accepted = typeof outcome === 'object' && outcome !== null && 'accepted' in outcome && outcome.accepted;
    if (accepted !== true)
      violations.push(`${it.operation} (${it.key}) was accepted, and repeated it says ${JSON.stringify(outcome)}.`);
    const after = await marketplace.head();
    if (after === head) continue;
    const last = (await marketplace.readLog()).at(-1);
    violations.push(`${it.operation} (${it.key}) repeated wrote ${last?.type} in ${last?.stream}.`);
    head = after;
  }
  return violations;
};

/** What the doors show is what the log says. */
export const checkViews = async (doors: Doors, log: readonly Fact[], town: Town, now: Instant): Promise<string[]> => {
  const violations: string[] = [];
  const { lives, places, helpers, isForgotten } = readLives(log);

  const listed = new Map<string, string>();
  for (let after: string | undefined; ; ) {
    const page = await doors.bookings.listBookings({ page: PageRequest.parse({ first: 100, after }) });
    for (const { item } of page.items) listed.set(item.bookingId, item.status);
    if (!page.hasMore) break;
    after = page.items.at(-1)?.cursor;
  }
  for (const [id, life] of lives) {
    const view = await doors.bookings.findBooking({ bookingId: BookingId.parse(id) });
    if (view?.status !== life.status || listed.get(id) !== life.status)
      violations.push(`Booking ${id} is ${life.status}, shown as ${view?.status} and listed as ${listed.get(id)}.`);
    // Care that is over has yet to be recorded, so that it is paid, whoever was forgotten since.
    const isOver = view?.status === 'confirmed' && view.span.until <= now;
    if (view !== undefined && !isOver && isForgotten(life.householdId) && view.step.actor !== 'nobody')
      violations.push(`Booking ${id} of a forgotten person waits for the ${view.step.actor}.`);
  }
  if (listed.size !== lives.size) violations.push(`${listed.size} bookings are listed and ${lives.size} are there.`);

  for (const { resourceId } of town.resources) {
    const view = await doors.offers.findResource({ resourceId: ResourceId.parse(resourceId) });
    for (const { bookingId, state, span } of view?.occupied ?? [])
      if (places.get(`${bookingId} ${resourceId}`)?.state !== state)
        violations.push(`Resource ${resourceId} shows ${bookingId} as ${state} from ${span.from}.`);
    const coming = [...places].filter(
      ([key, it]) =>
        it.resourceId === resourceId &&
        it.state === 'taken' &&
        (lives.get(key.split(' ', 1)[0] ?? '')?.from ?? '') > now,
    );
    for (const [key] of coming)
      if (!view?.occupied.some(({ bookingId }) => key.startsWith(bookingId)))
        violations.push(`Resource ${resourceId} does not show ${key}.`);
  }
  for (const id of town.helperIds) {
    const view = await doors.matching.findHelper({ helperId: HelperId.parse(id) });
    for (const { bookingId } of view?.assignments ?? [])
      if (helpers.get(bookingId)?.helperId !== id) violations.push(`Helper ${id} shows booking ${bookingId}.`);
  }
  if (!(await doors.invoicing.trialBalance({})).balanced) violations.push('The trial balance does not balance.');
  return violations;
};
