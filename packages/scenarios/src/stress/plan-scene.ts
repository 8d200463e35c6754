import { MandateId, PublishOffer, RegisterHousehold } from '@adempauze/contracts';
import { derivedId, hourMs } from '@adempauze/kernel';
import { arrangementOf, backupsOf, proposalIdOf, proposalOf, urgentOf } from './lane-things.ts';
import { seekHelpers } from './match-scene.ts';
import type { Side } from './meeting.ts';
import { must } from './must.ts';
import {
  joiningOf,
  type OfferWord,
  type Part,
  type PlanScene,
  people,
  professional,
  requestOf,
  rijswijk,
  seriesOf,
  stayOf,
  wishOf,
} from './plan-words.ts';

export const registerPeople = async (scene: PlanScene) => {
  const { bookings } = scene.world.replicas.one;
  for (const word of people) {
    const person = { name: 'Verzonnen Persoon', place: scene.place };
    const command = RegisterHousehold.parse({
      householdId: scene.householdId(word),
      caregiver: { ...person, personId: scene.caregiverId(word), accountId: 'stress' },
      recipient: { ...person, personId: derivedId(scene.caregiverId(word), 'recipient'), conditions: ['dementia'] },
      ...{ relation: 'parent', careHoursPerWeek: 30 },
      contactPerson: { accountId: 'stress', name: 'Verzonnen Persoon' },
      registeredBy: { accountId: 'stress', role: 'caregiver' },
    });
    must(await bookings.api.registerHousehold(command, scene.newCall()));
  }
  // Who acts for them: what was done on their behalf can be taken back.
  for (const word of ['single', 'series']) {
    const mandateId = MandateId.parse(derivedId(scene.householdId(word), 'mandate'));
    const mandate = { householdId: scene.householdId(word), mandateId, accountId: professional };
    must(await bookings.api.grantMandate(mandate, scene.newCall()));
  }
};

export const registerHouse = async (scene: PlanScene) => {
  const { providerId, newCall, world } = scene;
  const command = { providerId, kind: 'guest-house', name: 'De Linde', place: rijswijk } as const;
  must(await world.replicas.one.offers.api.registerProvider(command, newCall()));
};

const publish = async (scene: PlanScene, word: Exclude<OfferWord, 'volunteers'>) => {
  const { offers } = scene.world.replicas.one;
  const isHouse = word === 'house';
  const command = PublishOffer.parse({
    ...{ offerId: scene.offerId(word), providerId: scene.providerId, title: 'Even op adem', place: scene.place },
    ...{ form: isHouse ? 'F12' : 'F01', unit: isHouse ? 'night' : 'hour', travelKm: 15, bearer: 'guarantee' },
    ...{ conditionsServed: ['dementia'], instant: word !== 'on request', caregiverJoins: 'optional' },
    tariff: { from: '2027-01-01', priceCents: 4000, vat: 'exempt' },
  });
  must(await offers.api.publishOffer(command, scene.newCall()));
};

/** Sets what the two commands need, turn by turn through each replica. What takes time comes first. */
export const setScene = async (scene: PlanScene, parts: ReadonlySet<Part>) => {
  const { world, newCall, resourceId, providerId, times } = scene;
  let turn: Side = 'one';
  const next = () => {
    turn = turn === 'one' ? 'two' : 'one';
    return world.replicas[turn].bookings.api;
  };
  const words = ['instant', 'on request', 'house', 'full'] as const;
  for (const word of words) await publish(scene, word);
  const opening = { resourceId, providerId, offerIds: words.map(scene.offerId), capacity: 1 };
  const { api } = world.replicas.one.offers;
  must(await api.openResource({ ...opening, bufferMinutes: 0, travelMinutes: 0 }, newCall()));
  must(await api.publishTimes({ resourceId, spans: [times.open] }, newCall()));

  const ask = async (word: string, wish: Parameters<typeof requestOf>[2]) =>
    must(await next().requestBooking(requestOf(scene, word, wish), newCall()));
  const confirm = async (word: string) =>
    must(await next().confirmBooking({ bookingId: scene.bookingId(word) }, newCall()));

  if (parts.has('over')) {
    await ask('over', { who: 'over', span: times.over });
    await confirm('over');
  }
  if (parts.has('tried')) {
    const stayId = scene.stayId('tried');
    must(await next().planStay(stayOf(scene, 'tried', 'tried', times.tried), newCall()));
    must(await next().confirmStay({ stayId }, newCall()));
  }
  if (parts.has('over') || parts.has('tried')) scene.pass(6 * hourMs);
  if (parts.has('tried')) {
    const said = { stayId: scene.stayId('tried'), step: 0, voice: 'recipient', word: 'no-word' } as const;
    must(await next().sayOutcome({ ...said, metWorkerIds: [] }, newCall()));
  }
  if (parts.has('held')) await ask('held', { who: 'single', span: times.held });
  if (parts.has('asked')) {
    await ask('asked', { who: 'single', span: times.asked, offer: 'on request' });
    await confirm('asked');
  }
  if (parts.has('confirmed')) {
    await ask('confirmed', { who: 'single', span: times.confirmed });
    await confirm('confirmed');
  }
  if (parts.has('series')) must(await next().requestSeries(seriesOf(scene, 'held', times.series), newCall()));
  if (parts.has('series asked')) {
    must(await next().requestSeries(seriesOf(scene, 'asked', times.seriesAsked, 'on request'), newCall()));
    must(await next().confirmSeries({ seriesId: scene.seriesId('asked') }, newCall()));
  }
  if (parts.has('series confirmed')) {
    must(await next().requestSeries(seriesOf(scene, 'confirmed', times.seriesConfirmed), newCall()));
    must(await next().confirmSeries({ seriesId: scene.seriesId('confirmed') }, newCall()));
  }
  if (parts.has('stay')) must(await next().planStay(stayOf(scene, 'held', 'stay', times.stay), newCall()));
  if (parts.has('arranged')) must(await next().planArrangement(arrangementOf(scene), newCall()));
  if (parts.has('proposed')) must(await next().proposeRespite(proposalOf(scene), newCall()));
  if (parts.has('proposed before')) {
    must(await next().proposeRespite(proposalOf(scene, 'before'), newCall()));
    const proposalId = proposalIdOf(scene, 'before');
    must(await next().declineProposal({ proposalId, by: 'stress' }, newCall()));
  }
  if (parts.has('backed')) must(await next().nameBackups(backupsOf(scene), newCall()));
  if (parts.has('urgent')) must(await next().openUrgentCase(urgentOf(scene), newCall()));
  const line = ['waiting', 'offered'] as const;
  const wishes = ['wished', 'wish offered'] as const;
  if ([...line, ...wishes].some((it) => parts.has(it))) {
    await ask('full', { who: 'full', span: times.full, offer: 'full' });
    await confirm('full');
  }
  if (wishes.some((it) => parts.has(it))) must(await next().makeWish(wishOf(scene), newCall()));
  if (line.some((it) => parts.has(it))) {
    for (const who of ['first in line', 'second in line'])
      must(await next().joinWaitingList(joiningOf(scene, who), newCall()));
  }
  await seekHelpers(scene, parts, next);
  if (parts.has('offered') || parts.has('wish offered')) {
    await world.comeToRest();
    must(await next().cancelBooking({ bookingId: scene.bookingId('full'), by: 'caregiver' }, newCall()));
  }
  await world.comeToRest();
};
