import type { FormId, OfferId } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import type { World } from '../trial-world.fixtures.ts';

/**
 * An offer that does not suit these households until it is changed: a hold says no, and nobody finds it who looks where to
 * wait. `widens` says it as offers does, as often as it is said.
 */
export const narrowed = (
  { offers, store, clock }: World,
  { offerId, form, to }: { readonly offerId: OfferId; readonly form: FormId; readonly to: readonly string[] },
) => {
  const { holdPlace, listSuitable } = offers;
  const keptOut = new Set(to);
  let refused = 0;
  offers.holdPlace = async (it, context) => {
    if (it.offerId !== offerId || !keptOut.has(it.householdId)) return holdPlace(it, context);
    refused += 1;
    return { accepted: false, rejection: { code: 'not-suitable', facts: {} } };
  };
  offers.listSuitable = async (it) =>
    (await listSuitable(it)).filter((found) => found.offerId !== offerId || keptOut.size === 0);
  return {
    refused: () => refused,
    /** For these households; told once more under another word. */
    async widens(households: readonly string[] = to, told = 'once'): Promise<void> {
      for (const it of households) keptOut.delete(it);
      const stream = `room-of-${offerId}`;
      const widened = { id: derivedId(stream, told), type: 'OfferWidened', data: { offerId, form } };
      await store.append(stream, [{ ...widened, metadata: { v: 1, at: clock() } }], { expected: 'any' });
    },
  };
};
