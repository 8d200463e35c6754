import { type Day, dayOf, daysBetween, mondayOf, plusDays, wallTimeOf } from '@adempauze/kernel';
import { confirmSeries, endSeries, findEndCost, requestSeries, type Series } from '../api/plans.ts';
import { findNow } from '../api/supply.ts';
import { hours, household, open, patiently, providerOf, publish, settled, yes } from '../cast.ts';
import { costs, equals, holds } from '../story-error.ts';
import type { Story } from '../world.ts';
import { both, sumOf, tellSplit } from './tell.ts';

const weeks = 52;

/**
 * R17: two days a week for a year in one action, over both changes of the clocks. Two families ask for the same sitter at the
 * same moment, and share one of the days: every date of it goes to one of them. Ending it costs what its terms say, said first.
 */
export const twoDaysAWeek: Story = {
  id: 'R17',
  title: { nl: 'Een jaar lang twee vaste dagen', en: 'Two fixed days a week for a year' },
  async play(world) {
    const saskia = await providerOf(world, 'bij-saskia');
    const today = dayOf(await saskia.ask(findNow, {}));
    // The first of them is late to cancel already, the others are not yet.
    const [first, shared, third] = [plusDays(today, 2), plusDays(today, 4), plusDays(today, 6)];
    const offerId = await publish(world, saskia, {
      ...{ form: 'F03', title: `Vaste oppas (${world.ids.next().slice(0, 8)})`, place: 'Rijswijk', bearer: 'OWN' },
      ...{ priceCents: 35_55, cancellation: { freeUntilHours: 72, lateSharePercent: 50 } },
    });
    const times = [first, shared, third].flatMap((day) =>
      Array.from({ length: weeks }, (_, week) => hours(plusDays(day, 7 * week), '12:00', 8)),
    );
    const resourceId = await open(world, saskia, [offerId], times);
    const [els, jan] = [await world.as('els'), await world.as('jan')];
    const until = plusDays(third, 7 * (weeks - 1));
    const ask = async (session: typeof els, days: readonly Day[], startsAt: string, endsAt: string) =>
      patiently(world, session, requestSeries, {
        ...{ seriesId: world.ids.next(), householdId: await household(world, session), offerId, resourceId },
        rule: { from: first, until, weekdays: days.map(weekdayOf), startsAt, endsAt },
        placeOfService: 'RECIPIENT_HOME',
      });
    const [ofEls, ofJan] = await world.step(
      'Els, Jan',
      {
        nl: 'vragen op hetzelfde moment elk twee dagen per week, een jaar lang, bij dezelfde oppas',
        en: 'ask at the same moment for two days a week each, for a year, with the same sitter',
      },
      async () => {
        const [one, other] = await Promise.all([
          ask(els, [first, shared], '14:00', '17:00'),
          ask(jan, [shared, third], '15:00', '18:00'),
        ]);
        return [yes(one), yes(other)] as const;
      },
      ([one, other]) => ({
        nl: `${heldOf(one).length} en ${heldOf(other).length} dagen vast, ${noOf(one).length + noOf(other).length} niet`,
        en: `${heldOf(one).length} and ${heldOf(other).length} dates held, ${noOf(one).length + noOf(other).length} not`,
      }),
    );
    const sharedDays = Array.from({ length: weeks }, (_, week) => plusDays(shared, 7 * week));
    const onShared = ({ on }: Series['dates'][number]) => weekdayOf(on) === weekdayOf(shared);
    equals(
      [ofEls, ofJan]
        .flatMap((it) =>
          heldOf(it)
            .filter(onShared)
            .map(({ on }) => on),
        )
        .toSorted(),
      sharedDays,
      { nl: 'De gedeelde dagen, elk één keer', en: 'The shared days, each once' },
    );
    equals(
      [ofEls, ofJan].flatMap((it) => noOf(it).map(({ on, skipped }) => `${on} ${skipped?.code}`)).toSorted(),
      sharedDays.map((on) => `${on} place-taken`),
      { nl: 'Wat niet kon, en waarom', en: 'What could not be had, and why' },
    );
    const agreed = await world.step(
      'els',
      { nl: 'bevestigt alles in één keer', en: 'confirms all of it at once' },
      async () => yes(await patiently(world, els, confirmSeries, { seriesId: ofEls.id })),
      ({ dates }) => {
        const count = dates.filter(({ status }) => status === 'CONFIRMED').length;
        return { nl: `${count} afspraken`, en: `${count} bookings` };
      },
    );
    const confirmed = agreed.dates.filter(({ status }) => status === 'CONFIRMED');
    equals(confirmed.length, heldOf(ofEls).length, { nl: 'Het aantal afspraken', en: 'The number of bookings' });
    equals([...new Set(confirmed.map(({ span }) => wallTimeOf(span.from)))], ['14:00'], {
      nl: 'De begintijd, ook na het verzetten van de klok',
      en: 'The time it begins, also after the clocks change',
    });

    const end = { seriesId: ofEls.id, from: plusDays(today, 1) };
    const shown = await els.ask(findEndCost, { id: ofEls.id });
    // 3 hours at EUR 35.55 are EUR 106.65; half of it is EUR 53.325, for the one date that is late.
    costs(shown?.endCostCents ?? -1, 53_33, { nl: 'Wat stoppen kost', en: 'What ending costs' });
    const ended = await world.step(
      'els',
      { nl: 'stopt toch, en zegt ja tegen dat bedrag', en: 'ends it all the same, and says yes to that amount' },
      async () => yes(await patiently(world, els, endSeries, { ...end, acceptCostCents: 53_33 })),
      ({ dates }) => {
        const count = dates.filter(({ status }) => status === 'CANCELLED').length;
        return both(
          53_33,
          (cents) => `${count} dagen afgezegd, voor samen ${cents}`,
          (cents) => `${count} dates cancelled, for ${cents} together`,
        );
      },
    );
    const [late] = ended.dates;
    holds(late?.bookingId !== undefined, 'De eerste dag is weg.', 'The first date is gone.');
    const { lines } = await settled(els, late.bookingId ?? '');
    holds(lines !== null, 'Els ziet de kosten niet.', 'Els does not see the cost.');
    tellSplit(world, lines);
    costs(sumOf(lines, 'OWN'), 53_33, { nl: 'Wat Els betaalt', en: 'What Els pays' });
  },
};

const weekdayOf = (day: Day): number => 1 + daysBetween(mondayOf(day), day);
const heldOf = ({ dates }: Series) => dates.filter(({ skipped }) => skipped === null);
const noOf = ({ dates }: Series) => dates.filter(({ skipped }) => skipped !== null);
