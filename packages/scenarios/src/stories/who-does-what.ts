import { plusDays } from '@adempauze/kernel';
import { changeCareNeed, findAgreements, recordInstruction, recordTaskAgreement } from '../api/families.ts';
import { listTasks } from '../api/plans.ts';
import { book, hours, household, open, providerOf, publish, yes } from '../cast.ts';
import { equals } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story } from '../world.ts';

/** R55: who gives the insulin, who answers for it, and whether the instruction is clear, before the care begins. */
export const whoDoesWhat: Story = {
  id: 'R55',
  title: { nl: 'Wie doet wat, en is dat duidelijk', en: 'Who does what, and is that clear' },
  async play(world) {
    const thursday = world.calendar.weekday('2026-04-23');
    const vliet = await providerOf(world, 'de-vliet');
    const offerId = await publish(world, vliet, {
      ...{ form: 'F01', title: 'Blokzorg met verpleging', place: 'Rijswijk', priceCents: 44_00, bearer: 'GUARANTEE' },
      certifications: [{ act: 'INSULIN_INJECTION', lastDay: plusDays(thursday, 100) }],
    });
    const resourceId = await open(world, vliet, [offerId], [hours(thursday, '09:00', 8)]);
    const jan = await world.as('jan');
    const householdId = await household(world, jan);
    await world.step(
      'jan',
      { nl: 'vertelt één keer dat zijn vader nu insuline krijgt', en: 'tells once that his father has insulin now' },
      async () =>
        yes(await jan.order(changeCareNeed, { householdId, recipient: { highRiskActs: ['INSULIN_INJECTION'] } })),
      () => ({ nl: 'elke volgende boeking weet het', en: 'every later booking knows' }),
    );
    const at = { householdId, offerId, resourceId, placeOfService: 'RECIPIENT_HOME' } as const;
    const booking = await world.step(
      'jan',
      { nl: 'boekt donderdag', en: 'books Thursday' },
      () => book(world, jan, { ...at, span: hours(thursday, '10:00', 4) }),
      () => ({ nl: 'bevestigd; wie prikt is nog niet afgesproken', en: 'confirmed; who injects is not agreed yet' }),
    );
    for (const side of [jan, vliet]) {
      const { agreements } = (await side.ask(findAgreements, { id: booking.id })) ?? {};
      equals(agreements?.missing, ['INSULIN_INJECTION'], {
        nl: `Wat ${side.account} nog mist`,
        en: `What ${side.account} misses`,
      });
    }
    const openTasks = async () => (await jan.ask(listTasks, { household: householdId }))?.tasks.map(({ kind }) => kind);
    const told = await waitUntil(openTasks, (it) => it?.includes('AGREEMENT_MISSING') === true, {
      nl: 'Het vaste aanspreekpunt krijgt een taak',
      en: 'The contact person gets a task',
    });
    equals(told, ['AGREEMENT_MISSING'], { nl: 'De taken', en: 'The tasks' });

    const agreementId = world.ids.next();
    const agreed = await world.step(
      'de-vliet',
      { nl: 'noemt wie het doet; die krijgt uitleg, twee keer', en: 'names who does it, who is instructed, twice' },
      async () => {
        const doer = { kind: 'WORKER', workerId: world.ids.next() } as const;
        const about = { agreementId, bookingId: booking.id, act: 'INSULIN_INJECTION' } as const;
        yes(await vliet.order(recordTaskAgreement, { ...about, doer, reviewOn: plusDays(thursday, 60) }));
        for (const outcome of ['GIVEN', 'UNCLEAR', 'GIVEN', 'OBSERVED'] as const)
          yes(await vliet.order(recordInstruction, { householdId, agreementId, outcome }));
        return yes(await vliet.order(recordInstruction, { householdId, agreementId, outcome: 'CLEAR' }));
      },
      ({ instruction }) => ({
        nl: `duidelijk, na ${instruction.timesGiven} keer`,
        en: `clear, after ${instruction.timesGiven} times`,
      }),
    );
    equals([agreed.liable.kind, agreed.instruction], ['PROVIDER', { status: 'CLEAR', timesGiven: 2 }], {
      nl: 'Wie ervoor staat en of het duidelijk is',
      en: 'Who answers for it, and whether it is clear',
    });
    for (const side of [jan, vliet]) {
      const { agreements } = (await side.ask(findAgreements, { id: booking.id })) ?? {};
      equals(agreements?.isComplete, true, { nl: 'Alles is afgesproken', en: 'All is agreed' });
    }
    await waitUntil(openTasks, (it) => it?.length === 0, {
      nl: 'De taak is gedaan',
      en: 'The task is done',
    });
    world.fact('het vaste aanspreekpunt heeft niets meer te doen', 'the contact person has nothing left to do');
  },
};
