import type { FormId } from '@adempauze/contracts';
import { type Day, type Instant, plusDays } from '@adempauze/kernel';
import { findOwnPrices, type OwnCost } from '../api/supply.ts';
import type { Session } from '../client.ts';
import { holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';

/**
 * What a household would pay itself for an offer at these times, as search shows it: four hours in the week from a Monday,
 * unless told. Search hears of a new price within moments, so it is looked at until `willDo`. @throws StoryError
 */
export const ownPricesOf = async (
  session: Session,
  {
    household,
    offerId,
    form,
    monday,
    minutes = 240,
    days = 7,
  }: { household: string; offerId: string; form: FormId; monday: Day; minutes?: number; days?: number },
  begins: readonly Instant[],
  willDo: (costs: readonly OwnCost[]) => boolean = () => true,
): Promise<OwnCost[]> => {
  const look = async (): Promise<OwnCost[]> => {
    const sought = await session.ask(findOwnPrices, {
      ...{ household, forms: [form], minutes, first: 50 },
      when: { from: monday, to: plusDays(monday, days) },
    });
    const found = sought?.options.find(({ hit }) => hit.offer.id === offerId);
    return begins.flatMap((from) => {
      const index = found?.hit.times.findIndex((it) => it.span.from === from) ?? -1;
      return found?.ownCosts[index] ?? [];
    });
  };
  const what = { nl: 'Het eigen deel staat bij het aanbod', en: 'The own share stands with the offer' };
  const costs = await waitUntil(look, (it) => it.length === begins.length && willDo(it), what);
  holds(costs.length > 0, 'Er is geen eigen deel getoond.', 'No own share was shown.');
  return costs;
};
