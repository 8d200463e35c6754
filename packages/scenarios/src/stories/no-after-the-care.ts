import { type Day, plusDays } from '@adempauze/kernel';
import { findBooking, findClaim } from '../api/care.ts';
import { declineFunding, registerPolicy } from '../api/funding.ts';
import { findViewer } from '../api/supply.ts';
import { deliver, settled, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { costs, equals, holds } from '../story-error.ts';
import type { Account, World } from '../world.ts';
import { award, newScheme } from './schemes.ts';
import { sumOf, tellSplit } from './tell.ts';

/** After the yes: a municipality and an insurer that would pay, as far as anybody knows. */
export const fundersThatWouldPay = async (world: World, householdId: string, wednesday: Day): Promise<void> => {
  const municipality = await world.as('rijswijk');
  const insurer = await world.as('zekerzorg');
  const { organisation } = await insurer.ask(findViewer, {});
  const from = plusDays(wednesday, -30);
  const until = plusDays(wednesday, 335);
  await world.step(
    { nl: 'Rijswijk en de verzekeraar', en: 'Rijswijk and the insurer' },
    {
      nl: 'zeggen een deel toe: de gemeente één uur oppas, de verzekeraar de rest en de nacht',
      en: 'promise a part: the municipality one hour of the sitter, the insurer the rest and the night',
    },
    async () => {
      const schemeId = await newScheme(world, municipality, {
        ...{ name: 'Oppas thuis', source: 'S02', validFrom: from },
        rules: {
          ...{ coveredForms: ['F08'], countedForms: ['F08'], capMultiplier: 2, periodMonths: 6 },
          ...{ contributionCentsPerMonth: 0, extendable: false },
        },
      });
      await award(municipality, { schemeId, householdId, startsOn: from });
      const policy = { policyId: world.ids.next(), householdId, insurerId: organisation ?? '', from, until };
      const shares = [
        { form: 'F08', percent: 100 },
        { form: 'F14', percent: 100 },
      ] as const;
      yes(await insurer.order(registerPolicy, { ...policy, shares }));
    },
    () => ({ nl: 'de afspraken stonden al', en: 'the bookings stood already' }),
  );
};

/** The booking stood until it was given; then its funders say no, and the pot bears all of it, and the family nothing. */
export const guaranteed = async (
  world: World,
  els: Session,
  id: string,
  provider: Session,
  { costCents, borne }: { readonly costCents: number; readonly borne: readonly (readonly [Account, number])[] },
) => {
  const before = await els.ask(findBooking, { id });
  holds(before !== null, 'De afspraak is weg.', 'The booking is gone.');
  equals(before.status, 'CONFIRMED', { nl: 'De afspraak', en: 'The booking' });
  await deliver(world, provider, before);
  const first = await settled(els, id);
  equals(first.fundingStatus, 'SPLIT', { nl: 'De bekostiging', en: 'The funding' });
  tellSplit(world, first.lines ?? []);
  for (const [funder, cents] of borne) {
    const session = await world.as(funder);
    const mine = await session.ask(findClaim, { bookingId: id });
    costs(sumOf(mine?.lines ?? [], 'SCHEME', 'INSURANCE'), cents, {
      nl: 'Wat de betaler ziet',
      en: 'What the payer sees',
    });
    const { claim } = await world.step(
      funder,
      { nl: 'zegt achteraf toch nee', en: 'says no after all' },
      async () => yes(await session.order(declineFunding, { bookingId: id, reason: 'NOT_COVERED' })),
      () => ({
        nl: 'de kosten zijn opnieuw verdeeld; de afspraak blijft',
        en: 'the cost is divided anew; the booking stays',
      }),
    );
    costs(sumOf(claim?.lines ?? [], 'SCHEME', 'INSURANCE'), 0, {
      nl: 'Wat de betaler nog betaalt',
      en: 'What the payer still pays',
    });
  }
  const { fundingStatus, lines, allocations } = await settled(els, id);
  equals(fundingStatus, 'GUARANTEED', { nl: 'De bekostiging', en: 'The funding' });
  costs(sumOf(lines ?? [], 'GUARANTEE'), costCents, { nl: 'Wat de garantiepot draagt', en: 'What the pot bears' });
  costs(sumOf(lines ?? [], 'OWN', 'CONTRIBUTION'), 0, { nl: 'Wat het gezin betaalt', en: 'What the family pays' });
  equals(
    allocations?.map(({ why, payer }) => [why, payer?.kind]),
    [
      ['DELIVERED', undefined],
      ...borne.map(([funder]) => ['DECLINED', funder === 'zekerzorg' ? 'INSURER' : 'MUNICIPALITY']),
    ],
    { nl: 'Wie er nee zei', en: 'Who said no' },
  );
  equals((await els.ask(findBooking, { id }))?.status, 'DELIVERED', { nl: 'De afspraak', en: 'The booking' });
  tellSplit(world, lines ?? []);
};
