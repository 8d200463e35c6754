import { type Day, instantOn, plusDays } from '@adempauze/kernel';
import { findRespite, type Search, type Seek, type Sought, searchOffers } from '../api/supply.ts';
import { book, hours, household, nights, open, providerOf, publish, type Supply } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';
import { nothingTonight } from './nothing-tonight.ts';

/** In Zeeland, where no other story plays. */
const home = 'Terneuzen';

/**
 * R12, R13, R19: what was asked gives one option only, so other forms stand beside it, at home first, each with why; and what
 * was asked and does not fit says why not. A house is never all there is. R09, R35: on a night when nothing can begin, what
 * comes nearest is shown, and it counts as demand that is not met.
 */
export const littleChoice: Story = {
  id: 'R12',
  title: { nl: 'Weinig keuze, en toch een weg', en: 'Little choice, and yet a way' },
  async play(world) {
    const thursday = world.calendar.weekday('2026-03-12');
    const word = world.ids.next().slice(0, 8);
    const supply = await supplyOf(world, word, thursday);
    const els = await world.as('els');
    const householdId = await household(world, els, {
      ...{ caregiver: home, conditions: ['DEMENTIA'], highRiskActs: ['TUBE_FEEDING'] },
    });

    const afternoon: Seek = {
      household: householdId,
      when: { day: thursday },
      minutes: 240,
      forms: ['F01'],
      first: 50,
    };
    const looked = await world.step(
      'els',
      {
        nl: 'zoekt een blok van vier uur; haar vader heeft sondevoeding',
        en: 'looks for a block of four hours; her father is tube-fed',
      },
      () => untilFound(els, afternoon, supply.block.offerId),
      (it) => ({
        nl: `${titles(it.options)}; ook mogelijk: ${titles(it.beside)}`,
        en: `${titles(it.options)}; also possible: ${titles(it.beside)}`,
      }),
    );
    if (world.alone) {
      equals(told(looked.options), [[supply.block.offerId, ['AT_HOME', ...suits]]], {
        nl: 'Wat past, en waarom',
        en: 'What fits, and why',
      });
      equals(
        told(looked.beside),
        [
          [supply.takenOver.offerId, ['AT_HOME', ...suits, 'ANOTHER_FORM']],
          [supply.dayCare.offerId, [...suits, 'ANOTHER_FORM']],
        ],
        { nl: 'Wat ook kan, thuis eerst, en waarom', en: 'What is possible too, at home first, and why' },
      );
      equals(
        looked.misfits.map(({ offer, reason }) => [offer.id, reason]),
        [
          [supply.lapsed.offerId, 'ACT_NOT_SERVED'],
          [supply.full.offerId, 'FULL_THEN'],
        ],
        { nl: 'Wat niet past, en waarom', en: 'What does not fit, and why' },
      );
    }
    for (const { offer, nl, en } of looked.misfits) world.fact(`${offer.title}: ${nl}`, `${offer.title}: ${en}`);

    const friday = plusDays(thursday, 1);
    const weekend: Seek = { household: householdId, when: { weekend: friday }, nights: 2, forms: ['F12'], first: 50 };
    const stays = await world.step(
      'els',
      { nl: 'zoekt een weekend logeren', en: 'looks for a weekend away for him' },
      () => untilFound(els, weekend, supply.house.offerId),
      (it) => ({
        nl: `${titles(it.options)}; en thuis: ${titles(it.beside)}`,
        en: `${titles(it.options)}; and at home: ${titles(it.beside)}`,
      }),
    );
    holds(
      stays.beside.some(({ hit }) => hit.atHome),
      'Logeren is het enige voorstel.',
      'A stay is all that is suggested.',
    );
    if (world.alone)
      equals(told(stays.beside), [[supply.takenOver.offerId, ['AT_HOME', ...suits, 'ANOTHER_FORM']]], {
        nl: 'Wat er thuis kan',
        en: 'What is possible at home',
      });

    await world.step(
      'els',
      { nl: 'neemt wat ernaast stond: alles thuis overgenomen', en: 'takes what stood beside: all taken over at home' },
      () =>
        book(world, els, {
          ...{ householdId, ...supply.takenOver, span: hours(thursday, '13:00', 4) },
          placeOfService: 'RECIPIENT_HOME',
        }),
      () => ({ nl: 'bevestigd, in dezelfde zit', en: 'confirmed, in the same sitting' }),
    );
    await nothingTonight(world, { home, word });
  },
};

const suits = ['CONDITIONS_SERVED', 'ACTS_CERTIFIED'];
type Options = Sought['options'];
const told = (options: Options) => options.map(({ hit, reasons }) => [hit.offer.id, reasons]);
const titles = (options: Options) => options.map(({ hit }) => hit.offer.title).join(', ');

/** Search hears of new supply within moments. */
const untilFound = async (session: Session, seek: Seek, offerId: string): Promise<Sought> => {
  const found = await waitUntil(
    () => session.ask(findRespite, seek),
    (it) => (it?.options.some(({ hit }) => hit.offer.id === offerId) ?? false) && (it?.beside.length ?? 0) > 0,
    { nl: 'Wat er is, is te vinden', en: 'What there is can be found' },
  );
  holds(found !== null, 'Er is niet gezocht.', 'There was no search.');
  return found;
};

type Named = 'block' | 'lapsed' | 'full' | 'takenOver' | 'dayCare' | 'house';

/** One block that fits and two that do not; other help, at home and away; a house; and a ride, which is no time off. */
const supplyOf = async (world: World, word: string, thursday: Day): Promise<Record<Named, Supply>> => {
  const vliet = await providerOf(world, 'de-vliet');
  const duinroos = await providerOf(world, 'duinroos');
  const afternoon = hours(thursday, '12:00', 6);
  const certified = { certifications: [{ act: 'TUBE_FEEDING' as const, lastDay: plusDays(thursday, 60) }] };
  const shared = { place: 'Axel', bearer: 'GUARANTEE', priceCents: 41_00 } as const;
  const supply = async (
    session: Session,
    offer: Omit<Parameters<typeof publish>[2], 'place' | 'bearer' | 'priceCents'> & { readonly place?: string },
    spans: readonly ReturnType<typeof hours>[],
  ): Promise<Supply> => {
    const offerId = await publish(world, session, { ...shared, ...offer, title: `${offer.title} (${word})` });
    return { offerId, resourceId: await open(world, session, [offerId], spans) };
  };
  const sunday = plusDays(thursday, 3);
  const found = {
    block: await supply(vliet, { form: 'F01', title: 'Blokzorg', ...certified }, [afternoon]),
    lapsed: await supply(
      vliet,
      {
        ...{ form: 'F01', title: 'Blokzorg, certificaat verlopen' },
        certifications: [{ act: 'TUBE_FEEDING', lastDay: plusDays(thursday, -1) }],
      },
      [afternoon],
    ),
    full: await supply(vliet, { form: 'F01', title: 'Blokzorg, al bezet', place: 'Hulst', ...certified }, [afternoon]),
    takenOver: await supply(vliet, { form: 'F03', title: 'Thuis alles overgenomen', place: 'Hulst', ...certified }, [
      afternoon,
      hours(plusDays(thursday, 2), '10:00', 8),
    ]),
    dayCare: await supply(
      duinroos,
      { form: 'F17', title: 'Dagopvang', place: 'Goes', highRiskActsServed: ['TUBE_FEEDING'], ...certified },
      [hours(thursday, '09:00', 8)],
    ),
    house: await supply(
      duinroos,
      { form: 'F12', title: 'Logeerhuis', place: 'Oostburg', highRiskActsServed: ['TUBE_FEEDING'], ...certified },
      [nights(plusDays(thursday, 1), 2)],
    ),
  };
  await supply(vliet, { form: 'F24', title: 'Vervoer', ...certified }, [afternoon, hours(sunday, '09:00', 8)]);
  const jan = await world.as('jan');
  await book(world, jan, {
    ...{ householdId: await household(world, jan, { caregiver: home }), ...found.full, span: afternoon },
    placeOfService: 'RECIPIENT_HOME',
  });
  await untilFull(jan, found.full.offerId, thursday);
  return found;
};

/** Until search knows that it is taken. */
const untilFull = (session: Session, offerId: string, thursday: Day) => {
  const week = { from: instantOn(thursday), until: instantOn(plusDays(thursday, 1)) };
  const search: Search = { near: home, forms: ['F01'], ...week, minutes: 240, first: 50 };
  return waitUntil(
    () => session.ask(searchOffers, search),
    ({ items }) => !items.some(({ offer }) => offer.id === offerId),
    { nl: 'De bezette hulp is niet meer vrij', en: 'The help that is taken is not free any more' },
  );
};
