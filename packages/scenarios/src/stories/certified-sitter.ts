import { type Day, instantOn, plusDays } from '@adempauze/kernel';
import { findClaim, requestBooking } from '../api/care.ts';
import { confirmStay, findStay, planStay, proposeStay, type Stay, sayOutcome } from '../api/plans.ts';
import { findRespite } from '../api/supply.ts';
import { book, hours, household, nights, open, providerOf, publish, type Supply, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { costs, equals, holds } from '../story-error.ts';
import type { Story, World } from '../world.ts';
import { fundersThatWouldPay, guaranteed } from './no-after-the-care.ts';
import { statusInWords } from './tell.ts';

/**
 * A03: a child that needs a high-risk act: only the sitter who is certified on that day is found, and why not the other. A
 * night with a host family begins with a visit. Both funders say no afterwards: the pot bears it, and the bookings stand.
 */
export const certifiedSitter: Story = {
  id: 'A03',
  title: { nl: 'De oppas die het mag', en: 'The sitter who may' },
  async play(world) {
    const wednesday = world.calendar.weekday('2026-03-25');
    const agency = await providerOf(world, 'bij-saskia');
    const afternoon = [hours(wednesday, '12:00', 8)];
    const sitter = async (name: string, lastDay: string | undefined) => {
      const offerId = await publish(world, agency, {
        ...{ form: 'F08', title: `${name} (${world.ids.next().slice(0, 8)})`, place: 'Rijswijk', bearer: 'GUARANTEE' },
        priceCents: 41_00,
        conditionsServed: ['CHILD_INTENSIVE_CARE'],
        ...(lastDay === undefined ? {} : { certifications: [{ act: 'TUBE_FEEDING', lastDay }] }),
      });
      return { offerId, resourceId: await open(world, agency, [offerId], afternoon) };
    };
    const [certified, lapsed] = await world.step(
      'bij-saskia',
      {
        nl: 'biedt twee oppassen aan: één met een geldig certificaat voor sondevoeding, één waarvan het verlopen is',
        en: 'offers two sitters: one certified for tube feeding, one whose certificate has run out',
      },
      async () =>
        [
          await sitter('Oppas met certificaat', plusDays(wednesday, 30)),
          await sitter('Oppas zonder certificaat', plusDays(wednesday, -1)),
        ] as const,
      () => ({ nl: 'allebei woensdagmiddag vrij', en: 'both free on Wednesday afternoon' }),
    );

    const els = await world.as('els');
    const householdId = await household(world, els, {
      ...{ conditions: ['CHILD_INTENSIVE_CARE'], highRiskActs: ['TUBE_FEEDING'] },
    });
    const found = await world.step(
      'els',
      {
        nl: 'zoekt een oppas voor woensdagmiddag; haar kind krijgt sondevoeding',
        en: 'looks for a sitter on Wednesday afternoon; her child is tube-fed',
      },
      () =>
        els.ask(findRespite, {
          household: householdId,
          when: { day: wednesday },
          minutes: 240,
          forms: ['F08'],
          first: 50,
        }),
      (it) => ({ nl: `${it?.options.length} gevonden`, en: `${it?.options.length} found` }),
    );
    const option = found?.options.find(({ hit }) => hit.offer.id === certified.offerId);
    holds(option !== undefined, 'De oppas met certificaat is niet gevonden.', 'The certified sitter was not found.');
    holds(
      !found?.options.some(({ hit }) => hit.offer.id === lapsed.offerId),
      'De oppas zonder certificaat staat in de lijst.',
      'The sitter without a certificate is in the list.',
    );
    equals(option.reasons, ['AT_HOME', 'CONDITIONS_SERVED', 'ACTS_CERTIFIED'], { nl: 'De redenen', en: 'The reasons' });
    const why = found?.misfits.find(({ offer }) => offer.id === lapsed.offerId)?.reason;
    if (world.alone)
      equals(why, 'ACT_NOT_SERVED', { nl: 'Waarom de ander niet past', en: 'Why the other does not fit' });

    const wish = { householdId, span: hours(wednesday, '14:00', 4), placeOfService: 'RECIPIENT_HOME' } as const;
    const refused = await els.order(requestBooking, { bookingId: world.ids.next(), ...wish, ...lapsed });
    equals(refused.accepted ? 'yes' : refused.rejection.code, 'act-not-served', {
      nl: 'Het antwoord van de oppas zonder certificaat',
      en: 'The answer of the sitter without a certificate',
    });
    const afternoonBooked = await world.step(
      'els',
      { nl: 'boekt woensdag 14:00 tot 18:00', en: 'books Wednesday 14:00 to 18:00' },
      () => book(world, els, { ...wish, ...certified }),
      ({ quote }) => ({
        nl: `bevestigd om ${instantOn(wednesday, '14:00').slice(11, 16)} UTC; eigen kosten EUR ${quote.ownCostCents / 100}`,
        en: `confirmed; own cost EUR ${quote.ownCostCents / 100}`,
      }),
    );
    costs(afternoonBooked.quote.ownCostCents, 0, { nl: 'De eigen kosten van de oppas', en: 'The sitter’s own cost' });

    const saturday = plusDays(wednesday, 3);
    const host = await hostFamily(world, saturday);
    const night = await planNight(world, els, householdId, host, saturday);
    const bookingIds = [afternoonBooked.id, ...night.steps.flatMap(({ bookingId }) => bookingId ?? [])];
    equals(bookingIds.length, 3, { nl: 'Het aantal afspraken', en: 'The number of bookings' });
    await fundersThatWouldPay(world, householdId, wednesday);
    equals(await Promise.all(bookingIds.map((bookingId) => els.ask(findClaim, { bookingId }))), [null, null, null], {
      nl: 'De bekostiging voordat er zorg was',
      en: 'The funding before there was care',
    });

    const visited = instantOn(plusDays(wednesday, 1), '16:30');
    if (!(await world.until(visited, { nl: 'het wennen en de levering', en: 'the visit and delivery' }))) return;
    await guaranteed(world, els, afternoonBooked.id, agency, {
      costCents: 4 * 41_00,
      borne: [
        ['zekerzorg', 3 * 41_00],
        ['rijswijk', 41_00],
      ],
    });
    const ready = await world.step(
      { nl: 'Els en het gastgezin', en: 'Els and the host family' },
      { nl: 'zeggen dat het wennen goed ging', en: 'say that the visit went well' },
      () => goesWell(world, els, night.id),
      ({ steps }) => {
        const { nl, en } = statusInWords(steps.at(-1)?.status);
        return { nl: `de nacht: ${nl}`, en: `the night: ${en}` };
      },
    );
    equals(
      ready.steps.map(({ kind, status, gate }) => `${kind} ${status} ${gate}`),
      ['VISIT CONFIRMED NONE', 'STAY CONFIRMED OPEN'],
      { nl: 'Het bezoek en de nacht', en: 'The visit and the night' },
    );
    const sunday = instantOn(plusDays(saturday, 1), '12:00');
    if (!(await world.until(sunday, { nl: 'de levering van de nacht', en: 'the night’s delivery' }))) return;
    await guaranteed(world, els, night.steps.at(-1)?.bookingId ?? '', await world.as('carla'), {
      ...{ costCents: 85_00, borne: [['zekerzorg', 85_00]] },
    });
  },
};

/** One night a month with a host family, that gets to know the child in a visit first. */
const hostFamily = async (world: World, saturday: Day): Promise<Supply> => {
  const organisation = await providerOf(world, 'carla');
  const offerId = await publish(world, organisation, {
    ...{ form: 'F14', title: `Gastgezin (${world.ids.next().slice(0, 8)})`, place: 'Delft', priceCents: 85_00 },
    ...{ bearer: 'GUARANTEE', acclimatisation: [{ step: 'VISIT' }] },
    ...{ conditionsServed: ['CHILD_INTENSIVE_CARE'], highRiskActsServed: ['TUBE_FEEDING'] },
  });
  const visit = hours(plusDays(saturday, -2), '14:00', 2);
  return { offerId, resourceId: await open(world, organisation, [offerId], [visit, nights(saturday, 1)]) };
};

const planNight = async (
  world: World,
  els: Session,
  householdId: string,
  host: Supply,
  saturday: Day,
): Promise<Stay> => {
  const proposal = await world.step(
    'els',
    { nl: 'wil ook een nacht in een gastgezin', en: 'also wants a night with a host family' },
    () => els.ask(proposeStay, { household: householdId, offer: host.offerId }),
    (it) => ({ nl: `eerst wennen: ${it?.steps.length} bezoek`, en: `first getting used: ${it?.steps.length} visit` }),
  );
  equals([proposal?.isFirstStay, proposal?.steps], [true, [{ step: 'VISIT' }]], {
    nl: 'Wat eerst wordt voorgesteld',
    en: 'What is proposed first',
  });
  const stayId = world.ids.next();
  const span = nights(saturday, 1);
  const straightAway = await els.order(planStay, { stayId: world.ids.next(), householdId, ...host, span });
  equals(straightAway.accepted ? 'yes' : straightAway.rejection.code, 'acclimatisation-first', {
    nl: 'Het antwoord op een nacht zonder wennen',
    en: 'The answer to a night without getting used to it',
  });
  const planned = await world.step(
    'els',
    { nl: 'plant het bezoek en de nacht in één keer', en: 'plans the visit and the night at once' },
    async () => {
      const steps = [{ kind: 'VISIT' as const, span: hours(plusDays(saturday, -2), '14:00', 2) }];
      yes(await els.order(planStay, { stayId, householdId, ...host, span, steps }));
      return yes(await els.order(confirmStay, { stayId }));
    },
    ({ ownCostCents }) => ({
      nl: `afgesproken; eigen kosten EUR ${(ownCostCents ?? 0) / 100}`,
      en: `agreed; own cost EUR ${(ownCostCents ?? 0) / 100}`,
    }),
  );
  costs(planned.ownCostCents ?? -1, 0, { nl: 'De eigen kosten van de nacht', en: 'The own cost of the night' });
  equals(
    planned.steps.map(({ kind, status, gate }) => `${kind} ${status} ${gate}`),
    ['VISIT CONFIRMED NONE', 'STAY RESERVED CLOSED'],
    { nl: 'Het bezoek en de nacht', en: 'The visit and the night' },
  );
  return planned;
};

const goesWell = async (world: World, els: Session, stayId: string): Promise<Stay> => {
  const of = { stayId, step: 0, word: 'GO_ON' } as const;
  yes(await els.order(sayOutcome, { ...of, voice: 'CAREGIVER' }));
  yes(await els.order(sayOutcome, { ...of, voice: 'RECIPIENT' }));
  yes(await (await world.as('carla')).order(sayOutcome, { ...of, voice: 'HOUSE' }));
  const found = await els.ask(findStay, { id: stayId });
  holds(found !== null, 'Het plan is weg.', 'The plan is gone.');
  return found;
};
