import { dayOf, instantOn, monthOf, plusDays, plusMonths } from '@adempauze/kernel';
import { findFamiliarShare, listDemand, listSupplyAndUse, listWaitingTimes } from '../api/reports.ts';
import { findNow } from '../api/supply.ts';
import { book, cancel, deliver, hours, household, open, providerOf, publish, request } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';

/**
 * R36, R10, R35: what was on offer against what was used, told to those who buy it; and nobody can be recognised in it.
 * Everything counted here is of one provider and one form in one month, before and after.
 */
export const supplyAndUse: Story = {
  id: 'R36',
  title: {
    nl: 'Aanbod naast gebruik, voordat er weer wordt ingekocht',
    en: 'Supply beside use, before more is bought',
  },
  async play(world) {
    const saskia = await providerOf(world, 'bij-saskia');
    const now = await saskia.ask(findNow, {});
    const day = plusDays(dayOf(now), 9);
    const period = { from: monthOf(day), until: monthOf(plusMonths(day, 1)) };
    const before = await figures(saskia, period);

    const offerId = await publish(world, saskia, {
      ...{ form: 'F27', title: 'Begeleiding in huis', place: 'Rijswijk', priceCents: 30_00, bearer: 'OWN' },
    });
    const resourceId = await open(world, saskia, [offerId], [hours(day, '09:00', 8), hours(day, '18:00', 2)]);
    const els = await world.as('els');
    const householdId = await household(world, els);
    const wish = { householdId, offerId, resourceId, placeOfService: 'RECIPIENT_HOME' } as const;
    const morning = await world.step(
      'els',
      { nl: 'spreekt twee uur af, en ziet van de avond af', en: 'books two hours, and lets the evening go' },
      async () => {
        const booked = await book(world, els, { ...wish, span: hours(day, '10:00', 2) });
        const evening = await request(world, els, { ...wish, span: hours(day, '18:00', 2) });
        await cancel(els, evening.id);
        return booked;
      },
      () => ({ nl: 'één afspraak, één plek weer vrij', en: 'one booking, one place free again' }),
    );
    if (!(await world.until(instantOn(plusDays(day, 1), '09:00'), { nl: 'de dag zelf', en: 'the day itself' }))) return;
    await deliver(world, saskia, morning);

    const after = await world.step(
      'bij-saskia',
      { nl: 'kijkt naar aanbod en gebruik van de maand', en: 'looks at supply and use of the month' },
      () =>
        waitUntil(
          () => figures(saskia, period),
          (it) => it.given - before.given === 200 && it.taken > before.taken,
          { nl: 'Alles telt mee', en: 'All of it counts' },
        ),
      (it) => ({
        nl: `${(it.capacity - before.capacity) / 60} uur aangeboden, ${(it.taken - before.taken) / 60} uur gebruikt`,
        en: `${(it.capacity - before.capacity) / 60} hours on offer, ${(it.taken - before.taken) / 60} used`,
      }),
    );
    const grown = (name: keyof typeof after) => after[name] - before[name];
    equals(
      [grown('capacity'), grown('taken'), grown('letGo'), grown('given'), grown('requested'), grown('cancelled')],
      [600, 120, 120, 200, 2, 1],
      { nl: 'Aanbod en gebruik', en: 'Supply and use' },
    );
    const [share] = (await els.ask(findFamiliarShare, { ...period, household: householdId })) ?? [];
    equals([share?.given, share?.familiar], [200, 0], {
      nl: 'Wie een eerste keer komt, is niet vertrouwd',
      en: 'Who comes for the first time is not familiar',
    });
    await buyer(world, period);
  },
};

type Months = { readonly from: string; readonly until: string };
const form = 'F27';

/** What the provider sees of its own month, as numbers. */
const figures = async (provider: Session, period: Months) => {
  const row = (await provider.ask(listSupplyAndUse, period)).find((it) => it.form?.id === form);
  const supply = row?.supply.find(({ measure }) => measure === 'MINUTE');
  const cancelled = row?.notChosen.filter(({ kind }) => kind === 'CANCELLED') ?? [];
  return {
    capacity: supply?.capacity ?? 0,
    taken: supply?.taken ?? 0,
    letGo: supply?.letGo ?? 0,
    given: row?.given.find(({ unit }) => unit === 'HOUR')?.quantity ?? 0,
    requested: row?.requested?.value ?? 0,
    cancelled: cancelled.reduce((sum, { count }) => sum + (count.value ?? 0), 0),
  };
};

/** The municipality sees its area, and no group so small that somebody could be recognised. */
const buyer = async (world: World, period: Months): Promise<void> => {
  const rijswijk = await world.as('rijswijk');
  const seen = await world.step(
    'rijswijk',
    { nl: 'bekijkt wachttijden, vraag en aanbod van de maand', en: 'looks at waiting, demand and supply of the month' },
    async () => ({
      waits: await rijswijk.ask(listWaitingTimes, { ...period, first: 100 }),
      demand: await rijswijk.ask(listDemand, { ...period, first: 100 }),
      use: await rijswijk.ask(listSupplyAndUse, period),
    }),
    ({ waits, demand, use }) => ({
      nl: `${waits.items.length} regels wachttijd, ${demand.items.length} vraag, ${use.length} aanbod; kleine groepen zonder getal`,
      en: `${waits.items.length} rows of waiting, ${demand.items.length} of demand, ${use.length} of supply; small groups untold`,
    }),
  );
  const asked = seen.demand.items.find((it) => it.form?.id === form);
  holds(asked !== undefined, 'De vraag staat niet in het overzicht.', 'The demand is not in the report.');
  holds(
    seen.use.some((it) => it.form?.id === form && it.supply.some(({ capacity }) => capacity >= 600)),
    'Het aanbod staat niet in het overzicht.',
    'The supply is not in the report.',
  );
  const counts = [
    ...seen.waits.items.flatMap((it) => [it.count, it.above, it.stillWaiting, it.gaveUp]),
    ...seen.demand.items.flatMap((it) => [it.requested, it.delivered]),
  ];
  equals(
    counts.filter(({ value }) => value !== null && value > 0 && value < 5),
    [],
    { nl: 'Aantallen van minder dan vijf', en: 'Numbers of fewer than five' },
  );
  holds(
    [...seen.waits.items, ...seen.demand.items].every(({ municipalityCode }) => municipalityCode === '0603'),
    'Er stond een andere gemeente in.',
    'Another municipality was in it.',
  );
};
