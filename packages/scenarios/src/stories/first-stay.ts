import { instantOn, plusDays } from '@adempauze/kernel';
import { findClaim } from '../api/care.ts';
import {
  confirmStay,
  findInstead,
  findStay,
  listTasks,
  type NewStay,
  planStay,
  proposeStay,
  type Stay,
  sayOutcome,
} from '../api/plans.ts';
import { findResource } from '../api/supply.ts';
import { hours, household, nights, open, providerOf, publish, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';
import { statusInWords } from './tell.ts';

/** A15: a first stay begins with getting used to it. For one family it fits; for another it does not, and nothing is left open. */
export const firstStay: Story = {
  id: 'A15',
  title: { nl: 'Eerst wennen, dan logeren', en: 'First getting used to it, then staying' },
  async play(world) {
    const stayOn = world.calendar.weekday('2026-03-16');
    const duinroos = await providerOf(world, 'duinroos');
    const offerId = await publish(world, duinroos, {
      ...{
        form: 'F12',
        title: `De Duinroos (${world.ids.next().slice(0, 8)})`,
        place: 'Noordwijk',
        priceCents: 175_55,
      },
      bearer: 'GUARANTEE',
    });
    const opened = { from: instantOn(plusDays(stayOn, -21), '08:00'), until: instantOn(plusDays(stayOn, 7), '20:00') };
    const resourceId = await open(world, duinroos, [offerId], [opened], 2);
    const wish = {
      ...{ offerId, resourceId, span: nights(stayOn, 5) },
      steps: [
        { kind: 'PART_DAY' as const, span: hours(plusDays(stayOn, -14), '10:00', 4) },
        { kind: 'NIGHT' as const, span: nights(plusDays(stayOn, -7), 1) },
      ],
    };
    const fatima = await familyOf(world, 'fatima');
    const jan = await familyOf(world, 'jan');

    const proposal = await world.step(
      'fatima',
      { nl: 'wil haar moeder vijf nachten laten logeren', en: 'wants her mother to stay for five nights' },
      () => fatima.session.ask(proposeStay, { household: fatima.householdId, offer: offerId }),
      (it) => ({
        nl: `eerst wennen: ${it?.steps.length} stappen`,
        en: `first getting used to it: ${it?.steps.length} steps`,
      }),
    );
    equals([proposal?.isFirstStay, proposal?.steps], [true, [{ step: 'PART_DAY' }, { step: 'NIGHT' }]], {
      nl: 'Wat eerst wordt voorgesteld',
      en: 'What is proposed first',
    });
    const stays = await world.step(
      'Fatima, Jan',
      {
        nl: 'plannen allebei een dagdeel, een nacht en vijf nachten',
        en: 'both plan a part-day, a night and five nights',
      },
      () => Promise.all([plan(world, fatima, wish), plan(world, jan, wish)]),
      ([one]) => ({
        nl: `het dagdeel is afgesproken; de rest staat vast: ${one?.steps.map((it) => statusInWords(it.status).nl).join(', ')}`,
        en: `the part-day is agreed; the rest is kept: ${one?.steps.map((it) => statusInWords(it.status).en).join(', ')}`,
      }),
    );
    for (const it of stays) expectSteps(it, ['CONFIRMED NONE', 'RESERVED CLOSED', 'RESERVED CLOSED']);
    const [stayOfFatima, stayOfJan] = stays;
    holds(stayOfFatima !== undefined && stayOfJan !== undefined, 'Er is geen plan.', 'There is no plan.');

    const afterPartDay = instantOn(plusDays(stayOn, -14), '15:00');
    if (!(await world.until(afterPartDay, { nl: 'het wennen en het logeren', en: 'the steps and the stay' }))) return;
    const vliet = await providerOf(world, 'de-vliet');
    const atHome = await publish(world, vliet, {
      ...{ form: 'F09', title: `Nachtzorg thuis (${world.ids.next().slice(0, 8)})`, place: 'Rijswijk' },
      ...{ priceCents: 240_00, bearer: 'GUARANTEE' },
    });
    await open(world, vliet, [atHome], [nights(stayOn, 5)]);
    const mia = world.ids.next();
    const toNight = await world.step(
      'Fatima, De Duinroos',
      { nl: 'zeggen allebei dat het goed ging; Mia was erbij', en: 'both say that it went well; Mia was there' },
      () => goesWell(fatima, duinroos, stayOfFatima.id, 0, mia),
      () => ({ nl: 'de wennacht gaat door', en: 'the night goes on' }),
    );
    expectSteps(toNight, ['CONFIRMED NONE', 'CONFIRMED OPEN', 'RESERVED CLOSED']);
    const stopped = await world.step(
      'jan',
      { nl: 'zegt dat zijn vader er niet kon aarden', en: 'says that his father could not settle there' },
      async () =>
        yes(await jan.session.order(sayOutcome, { stayId: stayOfJan.id, step: 0, voice: 'RECIPIENT', word: 'STOP' })),
      () => ({ nl: 'alles wat zou komen is los, zonder kosten', en: 'all that was to come is released, at no cost' }),
    );
    expectSteps(stopped, ['CONFIRMED NONE', 'CANCELLED CLOSED', 'CANCELLED CLOSED']);
    const tasks = await waitUntil(
      () => jan.session.ask(listTasks, { household: jan.householdId }),
      (found) => (found?.tasks.length ?? 0) > 0,
      { nl: 'Het vaste aanspreekpunt krijgt een taak', en: 'The contact person gets a task' },
    );
    equals(
      tasks?.tasks.map(({ kind }) => kind),
      ['STAY_DOES_NOT_FIT'],
      { nl: 'De taken van het vaste aanspreekpunt', en: 'The tasks of the contact person' },
    );

    await costsNothing(jan, stopped);
    await homeFirst(world, jan, stayOfJan.id, { offerId, atHome });
    equals((await duinroos.ask(findStay, { id: stayOfJan.id }))?.status, 'ENDED', {
      nl: 'Wat het huis van het plan ziet',
      en: 'What the house sees of the plan',
    });
    equals(
      await duinroos.ask(findInstead, { id: stayOfJan.id }),
      { alternatives: null },
      {
        nl: 'Wat het huis ziet van wat er in plaats van het logeren kan',
        en: 'What the house sees of what could be had instead',
      },
    );

    const afterNight = instantOn(plusDays(stayOn, -6), '12:00');
    if (!(await world.until(afterNight, { nl: 'het logeren', en: 'the stay' }))) return;
    const ready = await world.step(
      'Fatima, De Duinroos',
      { nl: 'zijn het na de wennacht weer eens', en: 'agree again after the night' },
      () => goesWell(fatima, duinroos, stayOfFatima.id, 1, mia),
      ({ metWorkerIds }) => ({
        nl: `de vijf nachten staan vast; ${metWorkerIds.length} bekende is er dan weer`,
        en: `the five nights stand; ${metWorkerIds.length} familiar face is there again`,
      }),
    );
    expectSteps(ready, ['CONFIRMED NONE', 'CONFIRMED OPEN', 'CONFIRMED OPEN']);
    equals(ready.metWorkerIds, [mia], { nl: 'Wie zij al kennen', en: 'Whom they know already' });
    const stay = ready.steps.at(-1);
    await world.step(
      'duinroos',
      { nl: 'ziet Mia in het rooster van de vijf nachten', en: 'sees Mia on the roster of the five nights' },
      () =>
        waitUntil(
          () => duinroos.ask(findResource, { id: resourceId }),
          (it) =>
            it?.roster.some(
              ({ workerId, span }) =>
                workerId === mia && stay !== undefined && span.from <= stay.span.from && span.until >= stay.span.until,
            ) ?? false,
          { nl: 'Een bekende heeft dienst', en: 'Somebody they know is on duty' },
        ),
      () => ({ nl: 'een bekende heeft dienst', en: 'somebody they know is on duty' }),
    );
    equals((await fatima.session.ask(findStay, { id: stayOfFatima.id }))?.turn.actor, 'NOBODY', {
      nl: 'Op wie nog gewacht wordt',
      en: 'Who is still waited for',
    });
  },
};

type Family = { readonly session: Session; readonly householdId: string };
const familyOf = async (world: World, account: 'fatima' | 'jan'): Promise<Family> => {
  const session = await world.as(account);
  return { session, householdId: await household(world, session, { conditions: ['DEMENTIA'] }) };
};

const plan = async (
  world: World,
  { session, householdId }: Family,
  wish: Omit<NewStay, 'stayId' | 'householdId'>,
): Promise<Stay> => {
  const stayId = world.ids.next();
  yes(await session.order(planStay, { stayId, householdId, ...wish }));
  return yes(await session.order(confirmStay, { stayId }));
};

const goesWell = async ({ session }: Family, house: Session, stayId: string, step: number, worker: string) => {
  const word = 'GO_ON' as const;
  yes(await session.order(sayOutcome, { stayId, step, word, voice: 'CAREGIVER' }));
  yes(await session.order(sayOutcome, { stayId, step, word, voice: 'RECIPIENT' }));
  return yes(await house.order(sayOutcome, { stayId, step, word, voice: 'HOUSE', metWorkerIds: [worker] }));
};

/** What was let go leaves no cost with anybody. */
const costsNothing = async ({ session }: Family, { steps }: Stay): Promise<void> => {
  const released = steps.slice(1).flatMap(({ bookingId }) => bookingId ?? []);
  const claims = await Promise.all(released.map((bookingId) => session.ask(findClaim, { bookingId })));
  equals(claims, [null, null], { nl: 'De kosten van wat losgelaten is', en: 'The cost of what was released' });
};

/** The same nights at home come before any other house, and the house that did not fit is not among them. */
const homeFirst = async (
  world: World,
  { session }: Family,
  stayId: string,
  { offerId, atHome }: { readonly offerId: string; readonly atHome: string },
): Promise<void> => {
  const instead = await world.step(
    session.account,
    { nl: 'ziet wat er voor dezelfde nachten wel kan', en: 'sees what can be had for the same nights' },
    async () => {
      const seen = await waitUntil(
        () => session.ask(findInstead, { id: stayId }),
        (it) => it?.alternatives?.some(({ hit }) => hit.offer.id === atHome) ?? false,
        { nl: 'Nachtzorg thuis staat erbij', en: 'Night care at home is among them' },
      );
      return seen?.alternatives ?? [];
    },
    (all) => ({
      nl: `${all.length === 1 ? 'één mogelijkheid' : `${all.length} mogelijkheden`}, eerst thuis: ${all[0]?.hit.offer.title}`,
      en: `${all.length === 1 ? 'one option' : `${all.length} options`}, at home first: ${all[0]?.hit.offer.title}`,
    }),
  );
  const found = instead.map(({ hit }) => hit.offer.id);
  equals([found.includes(atHome), found.includes(offerId)], [true, false], {
    nl: 'Nachtzorg thuis, en het huis dat niet paste',
    en: 'Night care at home, and the house that did not fit',
  });
  const order = instead.map(({ hit }) => hit.atHome);
  equals(
    order,
    order.toSorted((a, b) => Number(b) - Number(a)),
    { nl: 'Of thuis voorop staat', en: 'Whether home comes first' },
  );
};

const expectSteps = ({ steps }: Stay, expected: readonly string[]) =>
  equals(
    steps.map(({ status, gate }) => `${status} ${gate}`),
    expected,
    { nl: 'De stappen', en: 'The steps' },
  );
