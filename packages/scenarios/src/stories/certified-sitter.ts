import { instantOn, plusDays } from '@adempauze/kernel';
import { requestBooking } from '../api/care.ts';
import { findRespite } from '../api/supply.ts';
import { book, hours, household, open, providerOf, publish } from '../cast.ts';
import { equals, holds } from '../story-error.ts';
import type { Story } from '../world.ts';

/** A03: a child that needs a high-risk act: only the sitter who is certified on that day is found, and why not the other. */
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
    await world.step(
      'els',
      { nl: 'boekt woensdag 14:00 tot 18:00', en: 'books Wednesday 14:00 to 18:00' },
      () => book(world, els, { ...wish, ...certified }),
      ({ quote }) => ({
        nl: `bevestigd om ${instantOn(wednesday, '14:00').slice(11, 16)} UTC; eigen kosten EUR ${quote.ownCostCents / 100}`,
        en: `confirmed; own cost EUR ${quote.ownCostCents / 100}`,
      }),
    );
  },
};
