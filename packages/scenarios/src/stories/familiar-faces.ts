import { type Day, instantOn, monthOf, plusDays, plusMonths } from '@adempauze/kernel';
import { confirmSeries, requestSeries, type Series } from '../api/plans.ts';
import { findFamiliarShare } from '../api/reports.ts';
import type { Booking } from '../api/shapes.ts';
import { deliver, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { World } from '../world.ts';

/* How often the face was a familiar one (R14): the ends of A01 and A18. */

type OfSeries = { readonly householdId: string; readonly seriesId: string };

/** What the family sees of a series, once all of it counts: hundredths of an hour. */
const shareOf = (family: Session, { householdId, seriesId }: OfSeries, days: readonly Day[], given: number) => {
  const [first, last] = [days[0], days.at(-1)];
  holds(first !== undefined && last !== undefined, 'Er zijn geen dagen.', 'There are no days.');
  const period = { from: monthOf(first), until: monthOf(plusMonths(last, 1)) };
  return waitUntil(
    () => family.ask(findFamiliarShare, { ...period, household: householdId, series: seriesId }),
    ([it]) => it?.given === given,
    { nl: 'Alles telt mee in het aandeel', en: 'All of it counts in the share' },
  );
};
type Share = Awaited<ReturnType<typeof shareOf>>;
const inWords = ([it]: Share) => ({
  nl: `${it?.sharePercent}% van een bekend gezicht`,
  en: `${it?.sharePercent}% by a familiar face`,
});

/** A01: all of it is given, by the one volunteer. After the first afternoon hers is a face they know. */
export const allAfternoons = async (
  world: World,
  carla: Session,
  nora: Session,
  { dates, ...series }: OfSeries & { readonly dates: readonly Series['dates'][number][] },
): Promise<void> => {
  const last = dates.at(-1);
  holds(last !== undefined, 'Er is geen laatste afspraak.', 'There is no last booking.');
  const past = instantOn(plusDays(last.on, 1), '09:00');
  if (!(await world.until(past, { nl: 'een half jaar later', en: 'half a year on' }))) return;
  const [share] = await world.step(
    'carla',
    { nl: 'schrijft de andere middagen op', en: 'records the other afternoons' },
    async () => {
      for (const { bookingId } of dates.slice(1)) {
        await deliver(world, carla, { id: bookingId ?? '', terms: { quantity: 350 } });
      }
      return shareOf(
        nora,
        series,
        dates.map(({ on }) => on),
        dates.length * 350,
      );
    },
    inWords,
  );
  holds((share?.sharePercent ?? 0) >= 80, 'Te vaak een nieuw gezicht.', 'Too often a new face.');
  equals(share?.familiar, (dates.length - 1) * 350, { nl: 'Alles na de eerste keer', en: 'All but the first time' });
};

/** A18: ten Tuesdays with Vera, who was there before; in the fourth week she is ill, and another comes. */
export const tenTuesdays = async (
  world: World,
  {
    carla,
    family,
    match,
  }: { carla: Session; family: Session; match: (bookingId: string, who: string) => Promise<void> },
  {
    householdId,
    offerId,
    helperId,
    substituteId,
    visit,
    first,
  }: {
    readonly householdId: string;
    readonly offerId: string;
    readonly helperId: string;
    readonly substituteId: string;
    /** Her first time there, confirmed. */
    readonly visit: Pick<Booking, 'id' | 'terms'>;
    readonly first: Day;
  },
): Promise<void> => {
  const series = { householdId, seriesId: world.ids.next() };
  const last = plusDays(first, 9 * 7);
  const dates = await world.step(
    family.account,
    { nl: 'vraagt tien dinsdagen', en: 'asks for ten Tuesdays' },
    async () => {
      const rule = { from: first, until: last, startsAt: '13:00', endsAt: '16:00' };
      yes(await family.order(requestSeries, { ...series, offerId, rule, placeOfService: 'RECIPIENT_HOME' }));
      return yes(await family.order(confirmSeries, { seriesId: series.seriesId })).dates;
    },
    (them) => ({ nl: `${them.length} dinsdagen gevraagd`, en: `${them.length} Tuesdays asked for` }),
  );
  const bookingIds = dates.flatMap(({ bookingId }) => bookingId ?? []);
  equals(bookingIds.length, 10, { nl: 'Het aantal dinsdagen', en: 'The number of Tuesdays' });
  await world.step(
    carla.account,
    {
      nl: 'koppelt Vera, en Willem voor de week dat zij ziek is, elk na het ja van de familie',
      en: 'matches Vera, and Willem while she is ill, each after the yes of the family',
    },
    async () => {
      for (const [week, bookingId] of bookingIds.entries())
        await match(bookingId, week === 3 ? substituteId : helperId);
    },
    () => ({ nl: 'negen keer Vera, één keer Willem', en: 'nine times Vera, once Willem' }),
  );
  const past = instantOn(plusDays(last, 1), '09:00');
  if (!(await world.until(past, { nl: 'tien dinsdagen later', en: 'ten Tuesdays later' }))) return;
  await deliver(world, carla, visit);
  for (const id of bookingIds) await deliver(world, carla, { id, terms: { quantity: 300 } });
  const [share] = await world.step(
    family.account,
    { nl: 'ziet hoe vaak er een bekend gezicht kwam', en: 'sees how often a familiar face came' },
    () => shareOf(family, series, [first, last], 10 * 300),
    inWords,
  );
  equals([share?.sharePercent, share?.meetsTarget], [90, true], { nl: 'Het aandeel', en: 'The share' });
};
