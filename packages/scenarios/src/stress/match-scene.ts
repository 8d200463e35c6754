import { type Bookings, ProviderId, PublishOffer, RegisterHelper, RequestBooking } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { must } from './must.ts';
import type { MatchPart, Part, PlanScene } from './plan-words.ts';

/* Volunteers, and families that seek one. */

const organisationId = ProviderId.parse(derivedId('stress volunteers'));

export const helperOf = (scene: PlanScene, word: string, maxHoursPerWeek = 20) =>
  RegisterHelper.parse({
    ...{ helperId: scene.helperId(word), organisationId, name: 'Verzonnen Helper', place: scene.place },
    ...{ forms: ['F06'], maxHoursPerWeek },
    availability: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', until: '24:00' })),
  });

export const matchOf = async (scene: PlanScene, word: string) => {
  const bookingId = scene.bookingId(word);
  return (await scene.world.replicas.one.matching.api.findMatchOfBooking({ bookingId }))?.matchId;
};

/** `twin`: at the same time as `asked for`, and asked of the same helper. */
const words: readonly (MatchPart | 'twin')[] = ['sought', 'named', 'asked for', 'twin', 'matched'];

export const registerVolunteers = async ({ world, newCall, place }: PlanScene) => {
  const command = { providerId: organisationId, kind: 'volunteer-organisation', name: 'De Buren', place } as const;
  must(await world.replicas.one.offers.api.registerProvider(command, newCall()));
};

/** Two helpers, and whoever is needed of those who seek one, each as far as its word says. */
export const seekHelpers = async (scene: PlanScene, parts: ReadonlySet<Part>, next: () => Bookings) => {
  const { world, newCall, times } = scene;
  const needed = words.filter((it) => parts.has(it === 'twin' ? 'asked for' : it));
  if (needed.length === 0) return;
  const { offers, matching } = world.replicas.one;
  for (const word of ['first', 'second']) must(await matching.api.registerHelper(helperOf(scene, word), newCall()));
  const offer = PublishOffer.parse({
    ...{ offerId: scene.offerId('volunteers'), providerId: organisationId, form: 'F06', title: 'Een maatje' },
    ...{ place: scene.place, unit: 'hour', travelKm: 15, bearer: 'guarantee', needsHelper: true, instant: false },
    ...{ conditionsServed: ['dementia'], tariff: { from: '2027-01-01', priceCents: 0, vat: 'outside' } },
  });
  must(await offers.api.publishOffer(offer, newCall()));
  for (const word of needed) {
    const bookingId = scene.bookingId(word);
    const asked = RequestBooking.parse({
      ...{ bookingId, householdId: scene.householdId('family'), offerId: offer.offerId, span: times.sought[word] },
      ...{ placeOfService: 'recipient-home', requestedBy: 'stress' },
    });
    must(await next().requestBooking(asked, newCall()));
    must(await next().confirmBooking({ bookingId }, newCall()));
  }
  await world.comeToRest();
  const helperId = scene.helperId('first');
  for (const word of needed) {
    const matchId = await matchOf(scene, word);
    if (matchId === undefined || word === 'sought') continue;
    must(await matching.api.proposeHelper({ matchId, helperId }, newCall()));
    if (word === 'named') continue;
    must(await matching.api.approveHelper({ matchId, helperId, answer: 'yes' }, newCall()));
    if (word === 'matched') must(await matching.api.answerProposal({ matchId, helperId, answer: 'yes' }, newCall()));
  }
};
