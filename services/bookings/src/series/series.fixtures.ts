import { RequestSeries, type SeriesView } from '@adempauze/contracts';
import type { Outcome } from '@adempauze/kernel';
import { fatima, householdIdOf, offerIdOf, resourceIdOf, seriesIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

/* Five Tuesdays in May for the household of Fatima. */

export const openWithFatima = async (worlds: World[]): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  await world.api.registerHousehold(fatima(), world.call());
  return world;
};

export const seriesId = seriesIdOf('one');
export const tuesdays = (offer = 'block-care', changes: object = {}) =>
  RequestSeries.parse({
    ...{ seriesId, householdId: householdIdOf('fatima'), offerId: offerIdOf(offer) },
    resourceId: resourceIdOf('worker'),
    rule: { from: '2027-05-04', until: '2027-06-01', startsAt: '13:00', endsAt: '17:00' },
    ...{ purpose: 'Zwemmen.', placeOfService: 'recipient-home', requestedBy: 'account-fatima', ...changes },
  });
export const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
export const told = ({ dates }: SeriesView) => dates.map(({ on, status, skipped }) => [on, skipped?.code ?? status]);
