import { type Day, dayOf, hourMs, type Instant, instantOn, plusDays, plusMonths, plusMs } from '@adempauze/kernel';
import { findBooking, findClaim } from '../api/care.ts';
import { findBudget, openBudget, spendBudget } from '../api/funding.ts';
import { endCare, findAfterwards, flagPalliative } from '../api/lanes.ts';
import { listCandidates, proposeHelper } from '../api/matching.ts';
import { listTasks } from '../api/plans.ts';
import type { Booking, Span } from '../api/shapes.ts';
import { findNow, findViewer } from '../api/supply.ts';
import { book, confirm, deliver, household, open, providerOf, publish, request, settled, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { moment } from '../moment.ts';
import { costs, equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';
import { helper, inQueue, match } from './night-helpers.ts';
import { sumOf, tellSplit } from './tell.ts';

/** A02, R08, S09, R28: the last nights with the people she knows, out of their own budget; then the file stays open. */
export const lastNights: Story = {
  id: 'A02',
  title: { nl: 'De laatste nachten, met bekende gezichten', en: 'The last nights, with familiar faces' },
  async play(world) {
    const tuesday = world.calendar.weekday('2026-06-09');
    const carla = await providerOf(world, 'carla');
    const nora = await world.as('nora');
    const { accountId } = await (await world.as('anke')).ask(findViewer, {});
    const contactPerson = { accountId, name: 'Anke', organisation: 'Steunpunt' };
    const householdId = await household(world, nora, { caregiver: 'Delft', contactPerson });
    const visits = await publish(world, carla, { ...helped(world, 'Bezoek'), form: 'F06', priceCents: 0 });
    const nights = await publish(world, carla, { ...helped(world, 'Nachtwake'), form: 'F09', priceCents: 250_00 });
    const helpers = await Promise.all(['Ada', 'Bert', 'Cor', 'Dirk'].map((name) => helper(world, carla, name)));
    const stranger = helpers[3] ?? '';
    const team = helpers.slice(0, 3);

    // Known is who was there before.
    const given: Booking[] = [];
    for (const [index, helperId] of team.entries()) {
      const span = hoursOn(plusDays(tuesday, index - 5), '13:00', 3);
      const visit = await ask(world, nora, { householdId, offerId: visits, span });
      await match(carla, visit.id, helperId, nora);
      given.push(await confirmed(nora, visit.id));
    }
    const flaggedAt = instantOn(tuesday, '10:00');
    if (!(await world.until(flaggedAt, { nl: 'de laatste dagen', en: 'the last days' }))) return;
    for (const visit of given) await deliver(world, carla, visit);

    const budgetId = await boundBudget(world, nora, tuesday, { householdId, helperIds: team });
    const before = await waitingBefore(world, nights, tuesday);
    await world.step(
      'nora',
      { nl: 'meldt dat het de laatste levensfase is', en: 'says that it is the last phase of life' },
      async () => yes(await nora.order(flagPalliative, { householdId, words: 'Zij heeft nog enkele dagen.' })),
      ({ confirmBy }) => ({
        nl: `zonder formulier; bevestigd vóór ${moment(confirmBy).nl}`,
        en: `no form; confirmed before ${moment(confirmBy).en}`,
      }),
    );
    const asked = await world.step(
      'nora',
      {
        nl: 'vraagt drie nachten, en legt per nacht EUR 250 opzij',
        en: 'asks for three nights, and sets EUR 250 aside for each',
      },
      async () => {
        const bookings: Booking[] = [];
        for (const day of [0, 1, 2]) {
          const span = hoursOn(plusDays(tuesday, day), '22:00', 9);
          const night = await ask(world, nora, { householdId, offerId: nights, span });
          const spend = { budgetId, spendId: world.ids.next(), amountCents: 250_00, bookingId: night.id };
          yes(await nora.order(spendBudget, spend));
          bookings.push(night);
        }
        return bookings;
      },
      (them) => ({ nl: `${them.length} gevraagd; saldo EUR 750`, en: `${them.length} asked; balance EUR 750` }),
    );
    costs((await nora.ask(findBudget, { id: budgetId }))?.balanceCents ?? -1, 750_00, {
      nl: 'Het saldo met drie nachten opzij',
      en: 'The balance with three nights set aside',
    });

    const queue = await inQueue(carla, [...asked.map(({ id }) => id), before]);
    equals(queue.map(({ bookingId }) => bookingId).at(-1), before, {
      nl: 'Wie in de wachtrij na de drie nachten komt',
      en: 'Who comes after the three nights in the queue',
    });
    await world.step(
      'carla',
      { nl: 'ziet alleen wie zij al kent, en vraagt hen', en: 'sees only whom she knows, and asks them' },
      async () => {
        for (const [index, night] of asked.entries()) {
          const found = queue.find(({ bookingId }) => bookingId === night.id);
          const candidates = await waitUntil(
            () => carla.ask(listCandidates, { id: found?.id ?? '', first: 50 }),
            (it) => it?.candidates.length === team.length,
            { nl: 'Alleen de drie bekenden worden voorgesteld', en: 'Only the three known carers are proposed' },
          );
          equals(candidates?.candidates.map((it) => it.helperId).toSorted(), team.toSorted(), {
            nl: 'Wie er voorgesteld worden',
            en: 'Who is proposed',
          });
          const refused = await carla.order(proposeHelper, { matchId: found?.id ?? '', helperId: stranger });
          equals(refused.accepted ? 'accepted' : refused.rejection.code, 'familiar-face-first', {
            nl: 'Een vreemde',
            en: 'A stranger',
          });
          await match(carla, night.id, team[index] ?? '');
        }
      },
      () => ({ nl: 'Ada, Bert en Cor zeggen ja', en: 'Ada, Bert and Cor say yes' }),
    );
    for (const night of asked) await confirmed(nora, night.id);
    const inTime = (await nora.ask(findNow, {})) < instantOn(plusDays(tuesday, 1), '10:00');
    holds(inTime, 'De nachten waren niet vóór woensdag tien uur bevestigd.', 'The nights were not confirmed in time.');

    const died = plusDays(tuesday, 2);
    if (!(await world.until(instantOn(died, '08:00'), { nl: 'twee nachten', en: 'two nights' }))) return;
    for (const night of asked.slice(0, 2)) await deliver(world, carla, night);
    const ended = await world.step(
      'nora',
      { nl: 'meldt dat mevrouw is overleden', en: 'says that she has died' },
      async () => yes(await nora.order(endCare, { householdId, ending: 'DEATH', on: died })),
      ({ released }) => ({
        nl: `${released.length} nacht vervalt, zonder kosten`,
        en: `${released.length} night is let go of, at no cost`,
      }),
    );
    equals(ended.released, [asked[2]?.id], { nl: 'Wat vervalt', en: 'What is let go of' });
    await afterwards(world, nora, { householdId, budgetId, nights: asked, died });
  },
};

const afterwards = async (
  world: World,
  nora: Session,
  {
    householdId,
    budgetId,
    nights,
    died,
  }: { householdId: string; budgetId: string; nights: readonly Booking[]; died: Day },
): Promise<void> => {
  for (const night of nights.slice(0, 2)) {
    const { lines } = await settled(nora, night.id);
    costs(sumOf(lines ?? [], 'SCHEME'), 250_00, { nl: 'Wat het budget draagt', en: 'What the budget bears' });
    tellSplit(world, lines ?? []);
  }
  const [, , third] = nights;
  equals((await nora.ask(findBooking, { id: third?.id ?? '' }))?.status, 'CANCELLED', {
    nl: 'De derde nacht',
    en: 'The third night',
  });
  equals(await nora.ask(findClaim, { bookingId: third?.id ?? '' }), null, {
    nl: 'De kosten van de derde nacht',
    en: 'The cost of the third night',
  });
  const budget = await waitUntil(
    () => nora.ask(findBudget, { id: budgetId }),
    (it) => it?.balanceCents === 1_000_00,
    { nl: 'EUR 250 komt vrij in het budget', en: 'EUR 250 is back in the budget' },
  );
  costs(budget?.balanceCents ?? -1, 1_000_00, { nl: 'Het saldo', en: 'The balance' });
  costs(
    (budget?.spends ?? []).reduce((sum, it) => sum + it.amountCents, 0),
    500_00,
    { nl: 'Uitgegeven', en: 'Spent' },
  );
  world.fact('uitgegeven EUR 500,00, saldo EUR 1.000,00', 'spent EUR 500.00, balance EUR 1,000.00');

  const aftercare = await waitUntil(
    async () => {
      const found = await nora.ask(listTasks, { household: householdId });
      return (found?.tasks ?? []).filter(({ kind }) => kind.startsWith('AFTERCARE'));
    },
    (them) => them.length === 2,
    { nl: 'Het vaste aanspreekpunt krijgt twee taken', en: 'The contact person gets two tasks' },
  );
  equals(
    aftercare.map(({ kind, dueAt }) => [kind, dayOf(dueAt)]),
    [
      ['AFTERCARE_DEATH_TWO_WEEKS', plusDays(died, 14)],
      ['AFTERCARE_DEATH_THREE_MONTHS', plusMonths(died, 3)],
    ],
    { nl: 'De nazorg', en: 'The aftercare' },
  );
  const file = await nora.ask(findAfterwards, { id: householdId });
  equals(
    [file?.palliativeLane?.active, file?.palliativeLane?.late, file?.palliativeLane?.endedWhy],
    [false, [], 'CARE_ENDED'],
    {
      nl: 'De voorrang',
      en: 'The fast lane',
    },
  );

  // The file is open: what he needs himself now can be booked as before.
  const duinroos = await providerOf(world, 'duinroos');
  const span = hoursOn(plusDays(died, 21), '14:00', 2);
  const offerId = await publish(world, duinroos, {
    ...{
      form: 'F30',
      title: `Lotgenoten (${world.ids.next().slice(0, 8)})`,
      place: 'Delft',
      priceCents: 0,
      bearer: 'GUARANTEE',
    },
  });
  const resourceId = await open(world, duinroos, [offerId], [span]);
  await world.step(
    'nora',
    {
      nl: 'boekt met hem een lotgenotengroep: het dossier is nog open',
      en: 'books a peer group with him: the file is still open',
    },
    () => book(world, nora, { householdId, offerId, resourceId, span, placeOfService: 'PROVIDER' }),
    () => ({ nl: 'bevestigd', en: 'confirmed' }),
  );
};

const helped = (world: World, title: string) => ({
  ...{ title: `${title} (${world.ids.next().slice(0, 8)})`, place: 'Delft', vat: 'OUTSIDE' as const },
  ...{ bearer: 'GUARANTEE' as const, instant: false, needsHelper: true },
});

const hoursOn = (day: Day, from: string, count: number): Span => {
  const begin: Instant = instantOn(day, from);
  return { from: begin, until: plusMs(begin, count * hourMs) };
};

const ask = async (
  world: World,
  session: Session,
  of: { householdId: string; offerId: string; span: Span },
): Promise<Booking> => {
  const held = await request(world, session, { ...of, placeOfService: 'RECIPIENT_HOME' });
  return confirm(session, held.id);
};

const confirmed = async (session: Session, id: string): Promise<Booking> => {
  const booking = await waitUntil(
    () => session.ask(findBooking, { id }),
    (it) => it?.status === 'CONFIRMED',
    { nl: 'De afspraak wordt bevestigd', en: 'The booking is confirmed' },
  );
  holds(booking !== null, 'De afspraak is er niet.', 'The booking is not there.');
  return booking;
};

/** Another family asked for a night before them. */
const waitingBefore = async (world: World, offerId: string, tuesday: Day): Promise<string> => {
  const fatima = await world.as('fatima');
  const householdId = await household(world, fatima, { caregiver: 'Delft' });
  const span = hoursOn(plusDays(tuesday, 6), '22:00', 9);
  return (await ask(world, fatima, { householdId, offerId, span })).id;
};

const boundBudget = async (
  world: World,
  nora: Session,
  from: Day,
  boundTo: { readonly householdId: string; readonly helperIds: readonly string[] },
): Promise<string> => {
  const budgetId = world.ids.next();
  const { accountId } = await nora.ask(findViewer, {});
  await world.step(
    'rijswijk',
    {
      nl: 'geeft het team van drie een vrij budget van EUR 1.500, gebonden aan dit gezin',
      en: 'gives the team of three a free budget of EUR 1,500, bound to this family',
    },
    async () => {
      const period = { from, until: plusMonths(from, 12) };
      const budget = { budgetId, holderAccountId: accountId, name: 'Vrij budget palliatief', amountCents: 1_500_00 };
      return yes(await (await world.as('rijswijk')).order(openBudget, { ...budget, ...period, boundTo }));
    },
    () => ({ nl: 'te besteden, zonder toestemming vooraf', en: 'ready to spend, without approval' }),
  );
  return budgetId;
};
