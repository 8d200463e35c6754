import { Month } from '@adempauze/contracts';
import { type Day, instantOn, monthOf, plusDays } from '@adempauze/kernel';
import { findBooking, findClaim } from '../api/care.ts';
import { declineFunding, listClaims, recordCostSharing } from '../api/funding.ts';
import type { Claim } from '../api/shapes.ts';
import { findViewer } from '../api/supply.ts';
import { book, deliver, household, nights, open, providerOf, publish, settled, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { costs, equals } from '../story-error.ts';
import type { Story, World } from '../world.ts';
import { bill, expectInvoices, invoicesOf } from './billing.ts';
import { sumOf, tellSplit } from './tell.ts';

const hillegom = '0534';

/** A09, S24: booked at once, shared afterwards by insurer and municipality; when the insurer says no, only the books change. */
export const sharedCosts: Story = {
  id: 'A09',
  title: { nl: 'Samen betalen, achteraf', en: 'Paying together, afterwards' },
  async play(world) {
    const arrival = world.calendar.weekday('2026-08-14');
    const month = Month.parse(monthOf(arrival));
    const duinroos = await providerOf(world, 'duinroos');
    const offerId = await publish(world, duinroos, {
      ...{ form: 'F12', title: `De Duinroos (${world.ids.next().slice(0, 8)})`, place: 'Hillegom' },
      ...{ priceCents: 175_55, bearer: 'GUARANTEE' },
    });
    const resourceId = await open(world, duinroos, [offerId], [nights(arrival, 3)]);
    await agree(world, arrival);

    const fatima = await world.as('fatima');
    const householdId = await household(world, fatima, { caregiver: 'Hillegom' });
    const wish = { householdId, offerId, resourceId, span: nights(arrival, 3), placeOfService: 'PROVIDER' } as const;
    const booking = await world.step(
      'fatima',
      {
        nl: 'boekt drie nachten; niemand heeft nog iets gezegd over betalen',
        en: 'books three nights; no funder said anything',
      },
      () => book(world, fatima, wish),
      ({ quote }) => ({
        nl: `bevestigd; eigen kosten EUR ${quote.ownCostCents / 100}`,
        en: `confirmed; own cost EUR ${quote.ownCostCents / 100}`,
      }),
    );
    costs(booking.quote.ownCostCents, 0, { nl: 'De eigen kosten', en: 'The own cost' });

    const home = instantOn(plusDays(arrival, 3), '12:00');
    if (!(await world.until(home, { nl: 'het logeren en de verdeling', en: 'the stay and the division' }))) return;
    const deliveryId = await deliver(world, duinroos, booking);
    const claim = await settled(fatima, booking.id);
    costs(claim.costCents, 526_65, { nl: 'De kosten', en: 'The cost' });
    costs(sumOf(claim.lines ?? [], 'SCHEME'), 263_33, {
      nl: 'Wat de gemeente betaalt',
      en: 'What the municipality pays',
    });
    costs(sumOf(claim.lines ?? [], 'INSURANCE'), 263_32, {
      nl: 'Wat de verzekeraar betaalt',
      en: 'What the insurer pays',
    });
    tellSplit(world, claim.lines ?? []);

    const monthEnd = instantOn(plusDays(world.calendar.date('2026-09-01'), 0), '09:00');
    if (!(await world.until(monthEnd, { nl: 'de factuur en het nee', en: 'the invoice and the no' }))) return;
    const [municipality, insurer] = [await world.as('hillegom'), await world.as('zekerzorg')];
    await bill(world, [month]);
    await expectInvoices(world, municipality, new Map([[month, 263_33]]), [deliveryId]);
    await expectInvoices(world, insurer, new Map([[month, 263_32]]), [deliveryId]);
    const found = await ofInsurer(insurer, month, deliveryId);
    costs(sumOf(found?.lines ?? [], 'INSURANCE'), 263_32, {
      nl: 'Wat de verzekeraar ziet',
      en: 'What the insurer sees',
    });
    equals(
      found?.lines?.map(({ kind }) => kind),
      ['INSURANCE'],
      { nl: 'De regels die de verzekeraar ziet', en: 'The lines that the insurer sees' },
    );
    await world.step(
      'zekerzorg',
      {
        nl: 'vindt het in zijn lijst en wijst het af: niet in de polis',
        en: 'finds it in its list and says no: not in the policy',
      },
      async () => yes(await insurer.order(declineFunding, { deliveryId, reason: 'NOT_COVERED' })),
      () => ({ nl: 'de kosten zijn opnieuw verdeeld', en: 'the cost is divided anew' }),
    );
    const after = await fatima.ask(findClaim, { bookingId: booking.id });
    tellSplit(world, after?.lines ?? []);
    const parts = (lines: typeof claim.lines) => [sumOf(lines ?? [], 'SCHEME'), sumOf(lines ?? [], 'INSURANCE')];
    equals(
      after?.allocations?.map(({ why, payer, reason, lines }) => [why, payer?.kind, reason, ...parts(lines)]),
      [
        ['DELIVERED', undefined, null, 263_33, 263_32],
        ['DECLINED', 'INSURER', 'NOT_COVERED', 526_65, 0],
      ],
      { nl: 'Hoe de kosten werden verdeeld', en: 'How the cost was divided' },
    );
    costs(sumOf(after?.lines ?? [], 'OWN', 'CONTRIBUTION'), 0, { nl: 'Wat Fatima betaalt', en: 'What Fatima pays' });
    equals((await fatima.ask(findBooking, { id: booking.id }))?.status, 'DELIVERED', {
      nl: 'Het logeren',
      en: 'The stay',
    });

    const nextEnd = instantOn(world.calendar.date('2026-10-01'), '09:00');
    if (!(await world.until(nextEnd, { nl: 'de correctie op de volgende factuur', en: 'the correction' }))) return;
    const next = Month.parse(monthOf(plusDays(world.calendar.date('2026-10-01'), -1)));
    await bill(world, [next]);
    await expectInvoices(world, municipality, new Map([[next, 263_32]]), [deliveryId]);
    await expectInvoices(world, insurer, new Map([[next, -263_32]]), [deliveryId]);
    // What was billed stands as it was.
    equals(
      (await invoicesOf(insurer, month, [deliveryId])).map(({ oursCents }) => oursCents),
      [263_32],
      {
        nl: 'De eerste factuur',
        en: 'The first invoice',
      },
    );
  },
};

/** One delivery in the insurer's own list of a month. */
const ofInsurer = async (insurer: Session, month: Month, deliveryId: string): Promise<Claim | undefined> => {
  for (let after: string | null = null; ; ) {
    const page: { items: Claim[]; hasNextPage: boolean; endCursor: string | null } = await insurer.ask(listClaims, {
      ...{ month, first: 50, after },
    });
    const found = page.items.find((it) => it.deliveryId === deliveryId);
    if (found !== undefined || !page.hasNextPage) return found;
    after = page.endCursor;
  }
};

const agree = async (world: World, arrival: Day): Promise<void> => {
  const { organisation: insurerId } = await (await world.as('zekerzorg')).ask(findViewer, {});
  const { organisation: providerId } = await (await world.as('duinroos')).ask(findViewer, {});
  await world.step(
    'beheer',
    {
      nl: 'legt vast wat verzekeraar, gemeente en logeerhuis tekenden: ieder de helft, achteraf',
      en: 'records what insurer, municipality and guest house signed: half each, afterwards',
    },
    async () =>
      yes(
        await (await world.as('beheer')).order(recordCostSharing, {
          ...{ costSharingId: world.ids.next(), name: 'Logeren in Hillegom', municipalityCode: hillegom },
          ...{ insurerId: insurerId ?? '', insurerPercent: 50, forms: ['F12'], providerIds: [providerId ?? ''] },
          ...{ from: arrival, until: plusDays(arrival, 3) },
        }),
      ),
    () => ({ nl: 'vastgelegd', en: 'recorded' }),
  );
};
