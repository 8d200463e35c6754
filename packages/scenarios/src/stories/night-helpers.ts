import { approveHelper } from '../api/families.ts';
import { answerProposal, listMatches, type Match, proposeHelper, registerHelper } from '../api/matching.ts';
import { yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { World } from '../world.ts';

/* Who comes in the last nights, and how they are asked. */

/** Available at all times. */
export const helper = async (world: World, carla: Session, name: string): Promise<string> => {
  const helperId = world.ids.next();
  const availability = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', until: '24:00' }));
  const about = { forms: ['F06', 'F09'] as const, availability, maxHoursPerWeek: 40 };
  yes(await carla.order(registerHelper, { helperId, name, place: 'Delft', ...about }));
  return helperId;
};

/** Requests that wait, in the order of the queue, as soon as all of these stand in it. */
export const inQueue = async (carla: Session, bookingIds: readonly string[]): Promise<Match[]> =>
  waitUntil(
    async () => {
      const found: Match[] = [];
      for (let after: string | null = null; ; ) {
        const page: { items: Match[]; hasNextPage: boolean; endCursor: string | null } = await carla.ask(listMatches, {
          ...{ status: ['OPEN'], first: 100, after },
        });
        found.push(...page.items.filter(({ bookingId }) => bookingIds.includes(bookingId)));
        if (!page.hasNextPage) return found;
        after = page.endCursor;
      }
    },
    (found) => found.length === bookingIds.length,
    { nl: 'De vragen staan in de wachtrij', en: 'The requests stand in the queue' },
  );

/** `family`: says yes to somebody new to them. Who was there before is asked at once. */
export const match = async (carla: Session, bookingId: string, helperId: string, family?: Session): Promise<void> => {
  const [found] = await inQueue(carla, [bookingId]);
  const proposal = { matchId: found?.id ?? '', helperId };
  const { awaits } = yes(await carla.order(proposeHelper, proposal));
  equals(awaits, family === undefined ? 'HELPER' : 'FAMILY', { nl: 'Wie eerst ja zegt', en: 'Who says yes first' });
  if (family) yes(await family.order(approveHelper, { bookingId, helperId, answer: 'YES' }));
  yes(await carla.order(answerProposal, { ...proposal, answer: 'YES' }));
};
