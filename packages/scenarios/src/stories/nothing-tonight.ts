import { Day, instantOn, monthOf, plusDays, plusMonths } from '@adempauze/kernel';
import { findBooking } from '../api/care.ts';
import { bookUrgentOption, listUrgentOptions, openUrgentCase, type UrgentOptions } from '../api/lanes.ts';
import { listDemand } from '../api/reports.ts';
import { findViewer } from '../api/supply.ts';
import { listUnmetBySource } from '../api/waiting.ts';
import { cancel, hours, household, nights, open, providerOf, publish, request, type Supply, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { costs, equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { World } from '../world.ts';
import { statusInWords } from './tell.ts';

/** Terneuzen. */
const municipality = '0715';

/**
 * R09, R35: a night on which nothing near can begin. What comes nearest is shown: later, further away, of another form. It
 * counts once as demand that is not met, however often somebody looks; and the case goes on until somebody is there.
 */
export const nothingTonight = async (
  world: World,
  { home, word }: { readonly home: string; readonly word: string },
): Promise<void> => {
  const today = world.calendar.weekday('2026-02-20');
  const evening = { nl: 'een avond waarop er niets is', en: 'an evening on which there is nothing' };
  if (!(await world.until(instantOn(today, '14:00'), evening))) return;
  const nora = await world.as('nora');
  const beheer = await world.as('beheer');
  const month = monthOf(today);
  const { later, further, other } = await nearby(world, word, today);
  const { accountId } = await nora.ask(findViewer, {});
  const contactPerson = { accountId, name: 'Nora', organisation: 'Wijkteam' };
  const householdId = await household(world, nora, { caregiver: home, conditions: ['DEMENTIA'], contactPerson });
  const counted = () => urgentUnmet(beheer, month);
  const before = await counted();

  const urgentId = world.ids.next();
  const span = nights(today, 1);
  const options = await world.step(
    'nora',
    {
      nl: 'opent een spoedvraag, en kijkt tweemaal wat binnen een dag kan beginnen',
      en: 'opens an urgent case, and looks twice for what can begin within a day',
    },
    async () => {
      yes(await nora.order(openUrgentCase, { urgentId, householdId, span, need: 'Zijn dochter is gevallen.' }));
      await nora.ask(listUrgentOptions, { case: urgentId });
      return waitUntil(
        () => nora.ask(listUrgentOptions, { case: urgentId }),
        (it) =>
          Object.values(it?.nearest ?? {}).every((some) =>
            some.some(({ hit, ownCosts }) => hit.offer.title.includes(word) && ownCosts !== null),
          ),
        { nl: 'Wat er het dichtst bij komt, is te zien', en: 'What comes nearest is shown' },
      );
    },
    (it) => ({
      nl: `niets; het dichtst bij in tijd, plaats en vorm: ${firstOfEach(it)}`,
      en: `nothing; the nearest in time, place and form: ${firstOfEach(it)}`,
    }),
  );
  const nearest = options?.nearest;
  holds(
    nearest !== undefined && nearest !== null,
    'Wat er het dichtst bij komt, ontbreekt.',
    'What is near is missing.',
  );
  equals([options?.backups, options?.places], [[], []], { nl: 'Wat vanavond kan', en: 'What can begin tonight' });
  if (world.alone)
    equals(
      [nearest.inTime, nearest.inPlace, nearest.inForm].map(([first]) => first?.hit.offer.id),
      [later.offerId, further.offerId, other.offerId],
      { nl: 'Het dichtst bij in tijd, in plaats en in vorm', en: 'The nearest in time, in place and in form' },
    );
  await whatItCosts(world, nora, { householdId, later, further }, nearest);
  await waitUntil(counted, (it) => it > before, { nl: 'De vraag wordt geteld', en: 'The demand is counted' });

  const bookingId = world.ids.next();
  const [choice] = nearest.inPlace.flatMap(({ hit }) => (hit.offer.id === further.offerId ? hit.times : []));
  holds(choice !== undefined, 'Het bed verderop heeft geen tijd.', 'The bed further away has no time.');
  const resolved = await world.step(
    'nora',
    { nl: 'neemt het bed dat verder weg is', en: 'takes the bed that is further away' },
    async () => {
      const { span: at, resourceId } = choice;
      const wish = { offerId: further.offerId, resourceId, span: at, placeOfService: 'PROVIDER' } as const;
      return yes(await nora.order(bookUrgentOption, { urgentId, bookingId, ...wish }));
    },
    ({ fundingStatus, bookings }) => ({
      nl: `${bookings.length} bed, ${statusInWords(fundingStatus).nl}; opgelost`,
      en: `${bookings.length} bed, ${statusInWords(fundingStatus).en}; resolved`,
    }),
  );
  equals([resolved.status, resolved.outcome, resolved.owner], ['RESOLVED', 'COVERED', null], {
    nl: 'De spoedvraag',
    en: 'The case',
  });
  costs((await nora.ask(findBooking, { id: bookingId }))?.quote?.ownCostCents ?? -1, 0, {
    nl: 'De eigen kosten',
    en: 'The own cost',
  });

  await world
    .step(
      'beheer',
      { nl: 'ziet in het overzicht dat er die avond niets was', en: 'sees in the report that there was nothing' },
      () => report(beheer, month),
      (rows) => ({
        nl: `spoed zonder plek: ${rows.map(({ count }) => inWords(count, 'minder dan')).join(', ')}`,
        en: `urgent without a place: ${rows.map(({ count }) => inWords(count, 'fewer than')).join(', ')}`,
      }),
    )
    .then((rows) => equals(rows.length, 1, { nl: 'De regels in het overzicht', en: 'The rows in the report' }));
  if (world.alone) equals((await counted()) - before, 1, { nl: 'Wat er is bijgekomen', en: 'What was added' });
};

/** What can begin within the day is guaranteed; what is later costs what the quote of it says (R46). */
const whatItCosts = async (
  world: World,
  nora: Session,
  { householdId, later, further }: { readonly householdId: string; readonly later: Supply; readonly further: Supply },
  { inTime, inPlace }: NonNullable<UrgentOptions['nearest']>,
): Promise<void> => {
  const ofOffer = ({ offerId }: Supply) => [...inTime, ...inPlace].find(({ hit }) => hit.offer.id === offerId);
  const shown = [ofOffer(later), ofOffer(further)].map((it) => it?.ownCosts?.[0]?.ownCostCents);
  equals(shown, [210_00, 0], { nl: 'Wat het later en verderop kost', en: 'What it costs later and further away' });
  const [time] = ofOffer(later)?.hit.times ?? [];
  holds(time !== undefined, 'Het bed van later heeft geen tijd.', 'The later bed has no time.');
  const { id, quote } = await request(world, nora, {
    ...{ householdId, ...later, span: time.span, placeOfService: 'PROVIDER' },
  });
  costs(quote.ownCostCents, 210_00, { nl: 'De offerte van het bed van later', en: 'The quote of the later bed' });
  await cancel(nora, id);
};

const firstOfEach = (options: UrgentOptions | null): string =>
  Object.values(options?.nearest ?? {})
    .flatMap(([first]) => first?.hit.offer.title ?? [])
    .join(', ');

/** A bed near home in three days; one tonight that is too far to look for; and tonight, help of another form. */
const nearby = async (world: World, word: string, today: Day) => {
  const vliet = await providerOf(world, 'de-vliet');
  const duinroos = await providerOf(world, 'duinroos');
  const bed = async (title: string, place: string, in_: number): Promise<Supply> => {
    const offerId = await publish(world, duinroos, {
      ...{ form: 'F16', title: `${title} (${word})`, place, priceCents: 210_00, bearer: 'OWN' },
    });
    return { offerId, resourceId: await open(world, duinroos, [offerId], [nights(plusDays(today, in_), 1)]) };
  };
  const offerId = await publish(world, vliet, {
    ...{ form: 'F02', title: `Iemand in huis (${word})`, place: 'Axel', priceCents: 60_00, bearer: 'OWN' },
  });
  const other = { offerId, resourceId: await open(world, vliet, [offerId], [hours(plusDays(today, 1), '08:00', 12)]) };
  return {
    later: await bed('Spoedbed, over drie dagen', 'Goes', 3),
    further: await bed('Spoedbed', 'Zierikzee', 0),
    other,
  };
};

const urgentUnmet = async (session: Session, month: string): Promise<number> =>
  (await session.ask(listUnmetBySource, { municipality }))
    .filter((it) => it.source === 'SEARCH' && it.reason === 'urgent' && it.form === null && it.month === month)
    .reduce((sum, it) => sum + it.count, 0);

/** The same in the report of those who buy: so few that only "fewer than" is said. */
const report = async (session: Session, month: string) => {
  const until = monthOf(plusMonths(Day.parse(`${month}-01`), 1));
  const { items } = await session.ask(listDemand, { from: month, until, municipalityCode: municipality, first: 100 });
  return items
    .filter(({ form }) => form === null)
    .flatMap(({ unmet }) => unmet.filter(({ source, reason }) => source === 'SEARCH' && reason === 'urgent'));
};
const inWords = ({ value, fewerThan }: { value: number | null; fewerThan: number | null }, less: string): string =>
  value === null ? `${less} ${fewerThan}` : `${value}`;
