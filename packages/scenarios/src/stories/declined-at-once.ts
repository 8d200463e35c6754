import { type Day, plusDays } from '@adempauze/kernel';
import { confirmSeries, declineSeries, findSeries, type NewSeries, requestSeries } from '../api/plans.ts';
import { findRespite } from '../api/supply.ts';
import { hours, open, providerOf, publish, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { World } from '../world.ts';

type Asked = Pick<NewSeries, 'householdId' | 'rule' | 'purpose'>;

/**
 * A provider that has to say yes first cannot do it, and says so of the whole series at once, with one reason. The household
 * reads why, nothing of it stays in the way, and `instead` is among what else there is on those days.
 */
export const declinedAtOnce = async (
  world: World,
  nora: Session,
  { householdId, rule, purpose }: Asked,
  instead: string,
): Promise<void> => {
  const vliet = await providerOf(world, 'de-vliet');
  const offerId = await publish(world, vliet, {
    ...{ form: 'F01', title: 'Een vast blok van De Vliet', place: 'Rijswijk', priceCents: 42_00 },
    ...{ bearer: 'GUARANTEE', instant: false },
  });
  const weeks = Array.from({ length: 27 }, (_, week) => hours(plusDays(rule.from, 7 * week), '12:00', 6));
  const resourceId = await open(world, vliet, [offerId], weeks);
  const seriesId = world.ids.next();
  const asked = await world.step(
    'nora',
    { nl: 'vraagt alle dinsdagen bij De Vliet, in één keer', en: 'asks De Vliet for all Tuesdays at once' },
    async () => {
      const place = { offerId, resourceId, placeOfService: 'RECIPIENT_HOME' } as const;
      yes(await nora.order(requestSeries, { seriesId, householdId, rule, ...place, ...(purpose && { purpose }) }));
      return yes(await nora.order(confirmSeries, { seriesId }));
    },
    ({ dates }) => ({
      nl: `${dates.length} keer gevraagd; De Vliet moet eerst ja zeggen`,
      en: `asked ${dates.length} times; De Vliet has to say yes first`,
    }),
  );
  equals(statusesOf(asked), ['AWAITING_ACCEPTANCE'], { nl: 'Wat er gevraagd is', en: 'What was asked' });

  await world.step(
    'de-vliet',
    {
      nl: 'heeft niemand voor een half jaar, en zegt dat in één keer',
      en: 'has nobody for half a year, and says so at once',
    },
    async () => yes(await vliet.order(declineSeries, { seriesId, reason: 'NO_STAFF' })),
    ({ dates }) => ({ nl: `${dates.length} keer nee, één reden`, en: `${dates.length} times no, one reason` }),
  );
  const read = await world.step(
    'nora',
    { nl: 'leest waarom, en ziet dat er niets blijft staan', en: 'reads why, and sees that nothing is left of it' },
    async () => {
      const found = await nora.ask(findSeries, { id: seriesId });
      holds(found !== null, 'De reeks is er niet meer.', 'The series is gone.');
      return found;
    },
    ({ declinedFor }) =>
      declinedFor === 'NO_STAFF'
        ? { nl: 'de reden: er is niemand vrij', en: 'the reason: nobody is free' }
        : { nl: `de reden: ${declinedFor}`, en: `the reason: ${declinedFor}` },
  );
  equals(read.declinedFor, 'NO_STAFF', { nl: 'De reden', en: 'The reason' });
  equals(statusesOf(read), ['DECLINED'], { nl: 'Wat er van de dagen werd', en: 'What became of the dates' });
  await elsewhere(world, nora, { householdId, day: rule.from, instead });
};

const statusesOf = ({ dates }: { readonly dates: readonly { readonly status: string | null }[] }) => [
  ...new Set(dates.map(({ status }) => status)),
];

/** What else there is on the same day of four weeks. */
const elsewhere = (
  world: World,
  nora: Session,
  { householdId, day, instead }: { readonly householdId: string; readonly day: Day; readonly instead: string },
) =>
  world.step(
    'nora',
    { nl: 'zoekt wie op die dagen wel kan', en: 'looks for who can come on those days' },
    async () => {
      const wish = { household: householdId, when: { day }, minutes: 210, forms: ['F01' as const], first: 50 };
      const sought = await waitUntil(
        () => nora.ask(findRespite, { ...wish, repeat: { times: 4 } }),
        (it) => it?.options.some(({ hit }) => hit.offer.id === instead) ?? false,
        { nl: 'Er is iemand anders op die dagen', en: 'There is somebody else on those days' },
      );
      return sought?.options.filter(({ hit }) => hit.offer.id === instead) ?? [];
    },
    ([it]) => ({ nl: `onder andere: ${it?.hit.offer.title}`, en: `among others: ${it?.hit.offer.title}` }),
  );
