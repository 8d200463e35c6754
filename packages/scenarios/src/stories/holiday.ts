import { dayOf, daysBetween, monthOf, plusDays } from '@adempauze/kernel';
import { confirmArrangement, findArrangement, findCircle, grantMandate, planArrangement } from '../api/arrangements.ts';
import { findClaim } from '../api/care.ts';
import { findStay, proposeStay } from '../api/plans.ts';
import { findRespite, findViewer } from '../api/supply.ts';
import { hours, household, nights, open, providerOf, publish, yes } from '../cast.ts';
import { equals, holds } from '../story-error.ts';
import type { Story, World } from '../world.ts';
import { both } from './tell.ts';

/**
 * A04: a daughter who works lives in Utrecht, her mother in the Achterhoek. Months ahead she plans a week of holiday: a bed
 * near her mother, whichever municipality it is in, a night to get used to it, and somebody who arranges the rest for her.
 */
export const holiday: Story = {
  id: 'A04',
  title: { nl: 'Een week vakantie, ver van huis geregeld', en: 'A week of holiday, arranged from far away' },
  async play(world) {
    const arrival = world.calendar.weekday('2026-07-13');
    const trial = plusDays(arrival, -28);
    const talk = plusDays(arrival, -84);
    const supply = await supplyOf(world, arrival);

    const els = await world.as('els');
    const householdId = await household(world, els, { caregiver: 'Utrecht', recipient: 'Vorden' });
    const found = await world.step(
      'els',
      {
        nl: 'zoekt zeven nachten in juli, dicht bij haar moeder in Vorden',
        en: 'looks for seven nights in July, near her mother in Vorden',
      },
      () =>
        els.ask(findRespite, {
          ...{ household: householdId, when: { from: arrival, to: plusDays(arrival, 8) }, nights: 7, forms: ['F12'] },
          ...{ maxKm: 60, first: 50 },
        }),
      (it) => ({
        nl:
          it?.options.map(({ hit }) => `${hit.offer.title}, ${hit.travelKm.toLocaleString('nl-NL')} km`).join('; ') ??
          '',
        en: it?.options.map(({ hit }) => `${hit.offer.title}, ${hit.travelKm} km`).join('; ') ?? '',
      }),
    );
    const ours = found?.options.map(({ hit }) => hit.offer.id).filter((id) => supply.houses.includes(id));
    equals(ours, supply.houses, {
      nl: 'De huizen in andere gemeenten, het dichtstbijzijnde eerst',
      en: 'The houses in other municipalities, the nearest first',
    });
    const bed = found?.options.find(({ hit }) => hit.offer.id === supply.near)?.hit.times[0];
    holds(bed !== undefined, 'Er is geen bed vrij.', 'No bed is free.');
    const proposal = await els.ask(proposeStay, { household: householdId, offer: supply.near });
    equals(proposal?.steps, [{ step: 'NIGHT' }], { nl: 'Wat er eerst gebeurt', en: 'What comes first' });

    const anke = await world.as('anke');
    const { accountId } = await anke.ask(findViewer, {});
    await world.step(
      'els',
      { nl: 'machtigt Anke om voor haar te regelen', en: 'gives Anke a mandate to arrange things for her' },
      async () => yes(await els.order(grantMandate, { householdId, accountId })),
      ({ mandates }) => ({ nl: `${mandates.length} machtiging vastgelegd`, en: `${mandates.length} mandate recorded` }),
    );

    const arrangementId = world.ids.next();
    const held = await world.step(
      'els',
      {
        nl: 'vraagt in één keer de week, een wennacht in juni en drie uur hulp bij regelen',
        en: 'asks for the week, a night in June to get used to it, and three hours of help with arranging, at once',
      },
      async () =>
        yes(
          await els.order(planArrangement, {
            ...{ arrangementId, householdId, purpose: 'Een week vakantie.' },
            parts: [
              {
                ...{ partId: world.ids.next(), kind: 'STAY', placeOfService: 'PROVIDER', span: nights(arrival, 7) },
                ...{ offerId: supply.near, resourceId: bed.resourceId },
                steps: [{ kind: 'NIGHT', span: nights(trial, 1) }],
              },
              {
                ...{ partId: world.ids.next(), kind: 'BOOKING', placeOfService: 'CAREGIVER_HOME' },
                ...{ ...supply.broker, span: hours(talk, '10:00', 3) },
              },
            ],
          }),
        ),
      ({ parts, ownCostCents }) =>
        both(
          ownCostCents ?? 0,
          (it) => `${parts.length} onderdelen staan vast, zelf ${it}`,
          (it) => `${parts.length} parts are held, ${it} to pay`,
        ),
    );
    equals(
      held.parts.map(({ kind, form, status }) => `${kind} ${form.id} ${status}`),
      ['STAY F12 HELD', 'BOOKING F22 HELD'],
      { nl: 'Het plan', en: 'The plan' },
    );
    equals(held.next, { step: 'CONFIRM', actor: 'CAREGIVER' }, { nl: 'De volgende stap', en: 'The next step' });
    const agreed = await world.step(
      'els',
      { nl: 'zegt één keer ja', en: 'says yes once' },
      async () => yes(await els.order(confirmArrangement, { arrangementId })),
      ({ parts }) => ({
        nl: `${parts.filter(({ status }) => status === 'AGREED').length} van 2 afgesproken`,
        en: `${parts.filter(({ status }) => status === 'AGREED').length} of 2 agreed`,
      }),
    );
    equals(
      agreed.parts.map(({ status }) => status),
      ['AGREED', 'AGREED'],
      { nl: 'Wat is afgesproken', en: 'What is agreed' },
    );
    const [stay] = agreed.parts;
    holds(stay !== undefined, 'Er is geen verblijf.', 'There is no stay.');
    const steps = (await els.ask(findStay, { id: stay.ref ?? '' }))?.steps ?? [];
    equals(
      steps.map(({ kind, span }) => [kind, dayOf(span.from), daysBetween(dayOf(span.from), dayOf(span.until))]),
      [
        ['NIGHT', trial, 1],
        ['STAY', arrival, 7],
      ],
      {
        nl: 'De wennacht in juni en de week in juli: acht nachten',
        en: 'The night in June and the week in July: eight nights',
      },
    );
    equals(monthOf(trial).slice(5), '06', { nl: 'De maand van de wennacht', en: 'The month of the first night' });
    // Nobody asked which municipality pays: what she may have to pay herself is all there is to know (R03, R46).
    const bookingIds = [agreed.parts[1]?.ref, ...steps.map(({ bookingId }) => bookingId)];
    equals(await Promise.all(bookingIds.map((it) => els.ask(findClaim, { bookingId: it ?? '' }))), [null, null, null], {
      nl: 'De bekostiging voordat er zorg was',
      en: 'The funding before there was care',
    });

    const seen = await world.step(
      'anke',
      { nl: 'ziet het plan, en regelt verder', en: 'sees the plan, and goes on from there' },
      () => anke.ask(findArrangement, { id: arrangementId }),
      (it) => ({ nl: `${it?.parts.length} onderdelen`, en: `${it?.parts.length} parts` }),
    );
    equals(seen?.parts.length, 2, { nl: 'Wat Anke ziet', en: 'What Anke sees' });
    const circle = await els.ask(findCircle, { id: householdId });
    equals(
      circle?.mandates.map((it) => it.accountId),
      [accountId],
      { nl: 'Wie er gemachtigd is', en: 'Who has a mandate' },
    );
  },
};

/** Two houses in other municipalities than the mother's, the nearer one with a night to get used to it, and a broker. */
const supplyOf = async (world: World, arrival: ReturnType<World['calendar']['date']>) => {
  const word = world.ids.next().slice(0, 8);
  const duinroos = await providerOf(world, 'duinroos');
  const house = async (place: string) => {
    const offerId = await publish(world, duinroos, {
      ...{ form: 'F12', title: `Logeerhuis ${place} (${word})`, place, bearer: 'GUARANTEE', priceCents: 175_55 },
      acclimatisation: [{ step: 'NIGHT' }],
    });
    const times = { from: nights(plusDays(arrival, -35), 1).from, until: nights(arrival, 14).until };
    await open(world, duinroos, [offerId], [times], 2);
    return offerId;
  };
  const near = await house('Zutphen');
  const far = await house('Apeldoorn');
  const saskia = await providerOf(world, 'bij-saskia');
  const offerId = await publish(world, saskia, {
    ...{ form: 'F22', title: `Hulp bij regelen (${word})`, place: 'Utrecht', bearer: 'GUARANTEE', priceCents: 95_00 },
  });
  const resourceId = await open(world, saskia, [offerId], [hours(plusDays(arrival, -84), '09:00', 8)]);
  return { near, houses: [near, far], broker: { offerId, resourceId } };
};
