import { Month } from '@adempauze/contracts';
import { dayOf, hourMs, type Instant, instantOn, monthOf, plusDays, plusMs } from '@adempauze/kernel';
import { nameBackups, noteNetwork } from '../api/arrangements.ts';
import { findBooking, findClaim } from '../api/care.ts';
import {
  bookUrgentOption,
  findUrgentCase,
  listUrgentOptions,
  openUrgentCase,
  resolveUrgentCase,
  type UrgentCase,
} from '../api/lanes.ts';
import { listTasks } from '../api/plans.ts';
import type { Span } from '../api/shapes.ts';
import { findViewer } from '../api/supply.ts';
import { book, deliver, household, open, providerOf, publish, settled, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { costs, equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';
import { award, newScheme } from './schemes.ts';
import { sumOf, tellSplit } from './tell.ts';

/** A16, R09: the only caregiver is admitted on a Friday evening; somebody is there within two hours, and nobody asks who pays. */
export const urgentEvening: Story = {
  id: 'A16',
  title: { nl: 'Spoed op vrijdagavond', en: 'Urgent on a Friday evening' },
  async play(world) {
    const friday = world.calendar.weekday('2026-02-13');
    const saturday = plusDays(friday, 1);
    const at = (time: string): Instant => instantOn(friday, time);
    const evening = { nl: 'een vrijdagavond', en: 'a Friday evening' };
    if (!(await world.until(at('18:30'), evening))) return;
    const supply = await supplyOf(world, { from: at('19:00'), until: instantOn(saturday, '12:00') });
    const nora = await world.as('nora');
    const anke = await world.as('anke');
    const { accountId } = await anke.ask(findViewer, {});
    const contactPerson = { accountId, name: 'Anke', organisation: 'Steunpunt' };
    const householdId = await household(world, nora, { caregiver: 'Noordwijk', contactPerson });
    const span = { from: at('18:30'), until: instantOn(saturday, '11:00') };
    const { smallNetwork } = yes(await nora.order(noteNetwork, { householdId, smallNetwork: true }));
    equals(smallNetwork, true, {
      nl: 'Of er weinig mensen om hen heen zijn',
      en: 'Whether few people are around them',
    });
    yes(
      await nora.order(nameBackups, {
        householdId,
        backups: [{ offerId: supply.backup, resourceId: supply.backupCalendar, placeOfService: 'RECIPIENT_HOME' }],
      }),
    );

    const urgentId = world.ids.next();
    const opened = await world.step(
      'nora',
      {
        nl: 'opent een spoedvraag: de vrouw van meneer ligt plots in het ziekenhuis',
        en: 'opens an urgent case: his wife was suddenly taken to hospital',
      },
      async () =>
        yes(
          await nora.order(openUrgentCase, {
            ...{ urgentId, householdId, span },
            need: 'Zijn vrouw is opgenomen. Hij kan niet alleen zijn.',
          }),
        ),
      (it) => ({ nl: `van Nora, tot ${timeOf(it)}`, en: `Nora’s, until ${timeOf(it)}` }),
    );
    equals([opened.owner?.kind, opened.escalatesAt], ['PROFESSIONAL', plusMs(opened.openedAt, 2 * hourMs)], {
      nl: 'Van wie de spoedvraag is, en tot wanneer',
      en: 'Whose the case is, and until when',
    });

    const options = await world.step(
      'nora',
      { nl: 'ziet wat vanavond kan beginnen', en: 'sees what can begin tonight' },
      () =>
        waitUntil(
          () => nora.ask(listUrgentOptions, { case: urgentId }),
          (it) => it?.places.some(({ hit }) => hit.offer.id === supply.bed) ?? false,
          { nl: 'Het spoedbed is te zien', en: 'The urgent bed is shown' },
        ),
      (it) => ({
        nl: `${it?.backups.length} achterwacht, en ${it?.places.length} plaatsen`,
        en: `${it?.backups.length} backup, and ${it?.places.length} places`,
      }),
    );
    const offered = (options?.places ?? []).map(({ hit }) => hit.offer.id);
    equals(
      [
        options?.backups.map(({ offer }) => offer?.id),
        [supply.night, supply.bed, supply.nextWeek].map((it) => offered.includes(it)),
      ],
      [[supply.backup], [true, true, false]],
      {
        nl: 'De achterwacht, de nachtzorg, het spoedbed, en wat pas later kan',
        en: 'Backup, night care, bed, and later',
      },
    );
    const latest = plusMs(opened.openedAt, 24 * hourMs + 60_000);
    holds(
      (options?.places ?? []).every(({ hit }) => hit.times.every((time) => time.span.from <= latest)),
      'Er staat iets bij dat niet binnen een dag begint.',
      'Something is shown that does not begin within a day.',
    );

    // Somebody else has the agreed backup that night: it is a no with its reason, and the case goes on.
    await book(world, await world.as('fatima'), {
      householdId: await household(world, await world.as('fatima'), { caregiver: 'Noordwijk' }),
      ...{ offerId: supply.backup, resourceId: supply.backupCalendar, placeOfService: 'RECIPIENT_HOME' },
      span: { from: at('19:00'), until: at('23:00') },
    });
    const refused = await nora.order(bookUrgentOption, {
      ...{ urgentId, bookingId: world.ids.next(), offerId: supply.backup, resourceId: supply.backupCalendar },
      ...{ span: { from: at('19:30'), until: at('23:00') }, placeOfService: 'RECIPIENT_HOME' },
    });
    equals(refused.accepted ? 'accepted' : refused.rejection.code, 'place-taken', {
      nl: 'De achterwacht',
      en: 'The backup',
    });

    const bookingId = world.ids.next();
    const resolved = await world.step(
      'nora',
      { nl: 'neemt het spoedbed, in één handeling', en: 'takes the urgent bed, in one action' },
      async () =>
        yes(
          await nora.order(bookUrgentOption, {
            ...{ urgentId, bookingId, offerId: supply.bed, resourceId: supply.beds, placeOfService: 'PROVIDER' },
            span: { from: at('20:00'), until: instantOn(saturday, '11:00') },
          }),
        ),
      ({ fundingStatus }) => ({
        nl: `bevestigd en ${fundingStatus === 'GUARANTEED' ? 'gegarandeerd' : fundingStatus}; opgelost`,
        en: `confirmed and ${fundingStatus.toLowerCase()}; resolved`,
      }),
    );
    equals(
      [resolved.status, resolved.outcome, resolved.owner, resolved.fundingStatus],
      ['RESOLVED', 'COVERED', null, 'GUARANTEED'],
      {
        nl: 'De spoedvraag',
        en: 'The case',
      },
    );
    holds(
      resolved.resolvedAt !== null && resolved.resolvedAt <= plusMs(opened.openedAt, 2 * hourMs),
      'Het was niet binnen twee uur geregeld.',
      'It was not arranged within two hours.',
    );
    costs((await nora.ask(findBooking, { id: bookingId }))?.quote?.ownCostCents ?? -1, 0, {
      nl: 'De eigen kosten',
      en: 'The own cost',
    });
    await nobodyArranges(world, nora, anke, span);

    const morning = instantOn(saturday, '12:30');
    if (!(await world.until(morning, { nl: 'de levering en de verrekening', en: 'delivery and settlement' }))) return;
    const duinroos = await world.as('duinroos');
    await world.step(
      'duinroos',
      { nl: 'legt vast dat meneer er de nacht was', en: 'records that he was there for the night' },
      () => deliver(world, duinroos, { id: bookingId, terms: { quantity: 100 } }),
      () => ({ nl: 'vastgelegd', en: 'recorded' }),
    );
    const claim = await settled(nora, bookingId);
    equals(claim.fundingStatus, 'GUARANTEED', { nl: 'De verrekening', en: 'The settlement' });
    costs(sumOf(claim.lines ?? [], 'GUARANTEE'), 210_00, { nl: 'Wat de garantiepot draagt', en: 'What the pot bears' });
    costs(sumOf(claim.lines ?? [], 'OWN', 'CONTRIBUTION'), 0, {
      nl: 'Wat het gezin betaalt',
      en: 'What the family pays',
    });
    tellSplit(world, claim.lines ?? []);
    await world.step(
      'hillegom',
      { nl: 'besluit pas daarna over de Wmo', en: 'decides on the Wmo only afterwards' },
      async () => {
        const municipality = await world.as('hillegom');
        const rules = { coveredForms: ['F16'], countedForms: ['F16'], capMultiplier: 10, periodMonths: 6 } as const;
        const schemeId = await newScheme(world, municipality, {
          ...{ name: 'Wmo spoed', source: 'S10', validFrom: plusDays(friday, -30) },
          rules: { ...rules, contributionCentsPerMonth: 0, extendable: false },
        });
        return award(municipality, { schemeId, householdId, startsOn: friday });
      },
      ({ from }) => ({
        nl: `vanaf ${from}: de pot krijgt het terug; aan de zorg verandert niets`,
        en: `from ${from}: the pot has it back; the care stays as it is`,
      }),
    );
    const after = await waitUntil(
      () => nora.ask(findClaim, { bookingId }),
      (it) => it?.fundingStatus === 'SPLIT',
      { nl: 'De gemeente neemt over wat de pot droeg', en: 'The municipality takes over what the pot bore' },
    );
    costs(after?.costCents ?? -1, claim.costCents, { nl: 'De kosten van de nacht', en: 'The cost of the night' });
    costs(sumOf(after?.lines ?? [], 'SCHEME'), 210_00, {
      nl: 'Wat de gemeente betaalt',
      en: 'What the municipality pays',
    });
    costs(sumOf(after?.lines ?? [], 'OWN', 'CONTRIBUTION', 'GUARANTEE'), 0, {
      nl: 'Wat het gezin en de pot betalen',
      en: 'What the family and the pot pay',
    });
    equals(
      after?.allocations?.map(({ why, lines }) => [why, sumOf(lines ?? [], 'GUARANTEE'), sumOf(lines ?? [], 'SCHEME')]),
      [
        ['DELIVERED', 210_00, 0],
        ['AWARDED', 0, 210_00],
      ],
      { nl: 'Hoe de kosten werden verdeeld', en: 'How the cost was divided' },
    );
    equals((await nora.ask(findBooking, { id: bookingId }))?.status, 'DELIVERED', {
      nl: 'De afspraak',
      en: 'The booking',
    });
    tellSplit(world, after?.lines ?? []);
    equals(Month.parse(monthOf(dayOf(morning))), Month.parse(monthOf(saturday)), { nl: 'De maand', en: 'The month' });
  },
};

const timeOf = ({ escalatesAt }: UrgentCase): string =>
  escalatesAt === null
    ? '-'
    : new Intl.DateTimeFormat('nl-NL', { timeZone: 'Europe/Amsterdam', timeStyle: 'short' }).format(
        new Date(escalatesAt),
      );

/** What there is that evening: a backup, night care at home and a bed; and a bed that is free only next week. */
const supplyOf = async (world: World, tonight: Span) => {
  const vliet = await providerOf(world, 'de-vliet');
  const duinroos = await providerOf(world, 'duinroos');
  const title = (text: string) => `${text} (${world.ids.next().slice(0, 8)})`;
  const place = 'Noordwijk';
  const night = await publish(world, vliet, {
    ...{ form: 'F09', title: title('Nachtzorg thuis'), place, priceCents: 240_00, bearer: 'OWN' },
  });
  await open(world, vliet, [night], [tonight]);
  const backup = await publish(world, vliet, {
    ...{ form: 'F25', title: title('Achterwacht'), place, priceCents: 38_00, bearer: 'GUARANTEE' },
  });
  const backupCalendar = await open(world, vliet, [backup], [tonight]);
  const bed = await publish(world, duinroos, {
    ...{ form: 'F16', title: title('Spoedbed'), place, priceCents: 210_00, bearer: 'OWN' },
  });
  const beds = await open(world, duinroos, [bed], [tonight]);
  const nextWeek = await publish(world, duinroos, {
    ...{ form: 'F16', title: title('Spoedbed volgende week'), place, priceCents: 210_00, bearer: 'GUARANTEE' },
  });
  const weekLater = (at: Instant) => plusMs(at, 7 * 24 * hourMs);
  await open(world, duinroos, [nextWeek], [{ from: weekLater(tonight.from), until: weekLater(tonight.until) }]);
  return { night, backup, backupCalendar, bed, beds, nextWeek };
};

/** A case that nobody arranges goes on: after two hours to the contact person, and then to the region. */
const nobodyArranges = async (world: World, nora: Session, anke: Session, span: Span): Promise<void> => {
  const { accountId } = await anke.ask(findViewer, {});
  const contactPerson = { accountId, name: 'Anke', organisation: 'Steunpunt' };
  const householdId = await household(world, nora, { caregiver: 'Noordwijk', contactPerson });
  const urgentId = world.ids.next();
  const need = 'Zij kan niet alleen zijn.';
  const { openedAt } = yes(await nora.order(openUrgentCase, { urgentId, householdId, span, need }));
  const after = (hours: number) => plusMs(openedAt, hours * hourMs + 60_000);
  const watching = (session: Session, kind: string) =>
    waitUntil(
      () => session.ask(findUrgentCase, { id: urgentId }),
      (it) => it?.owner?.kind === kind,
      { nl: 'De spoedvraag gaat naar de volgende', en: 'The case goes to the next owner' },
    );
  const passed = { nl: 'twee uur zonder dat iemand komt', en: 'two hours without anybody coming' };
  if (!(await world.until(after(2), passed))) return;
  await world.step(
    'anke',
    { nl: 'krijgt de spoedvraag die na twee uur nog open is', en: 'gets the case that is still open after two hours' },
    async () => {
      const found = await watching(anke, 'CONTACT_PERSON');
      const tasks = await waitUntil(
        () => anke.ask(listTasks, { household: householdId }),
        (it) => it?.tasks.some(({ kind }) => kind === 'URGENT_CONTACT_PERSON') ?? false,
        { nl: 'Het vaste aanspreekpunt krijgt een taak', en: 'The contact person gets a task' },
      );
      equals(
        [found?.owner?.name, tasks?.tasks.map(({ kind }) => kind)],
        ['Anke', ['URGENT_OPENED', 'URGENT_CONTACT_PERSON']],
        {
          nl: 'De eigenaar en de taken',
          en: 'The owner and the tasks',
        },
      );
    },
    () => ({ nl: 'van Anke, met een taak', en: 'Anke’s, with a task' }),
  );
  if (!(await world.until(after(4), passed))) return;
  const desk = await world.as('beheer');
  await world.step(
    'beheer',
    { nl: 'krijgt haar na weer twee uur', en: 'gets it after another two hours' },
    () => watching(desk, 'REGION'),
    (it) => ({
      nl: `${it?.owners.length} eigenaren na elkaar`,
      en: `${it?.owners.length} owners, one after the other`,
    }),
  );
  equals((await desk.ask(findUrgentCase, { id: urgentId }))?.need ?? null, null, {
    nl: 'Wat het loket van de nood leest',
    en: 'What the desk reads of the need',
  });
  const over = yes(await nora.order(resolveUrgentCase, { urgentId, outcome: 'ARRANGED_OTHERWISE' }));
  equals([over.status, over.owner], ['RESOLVED', null], { nl: 'De spoedvraag', en: 'The case' });
};
