import {
  BookingId,
  type FeedOwner,
  HouseholdId,
  MakeWish,
  MandateId,
  Month,
  MunicipalityCode,
  OfferId,
  OpenUrgentCase,
  PersonId,
  ProviderId,
  PublishOffer,
  RegisterHousehold,
  RequestBooking,
  ResourceId,
  SignalCaregiver,
  SignalId,
  TaskAgreementId,
  type TaskView,
  UrgentId,
  WishId,
  WorkerId,
} from '@adempauze/contracts';
import { dayOf, monthOf, plusDays } from '@adempauze/kernel';
import { type DeskScene, inAnyOrder, on, rijswijk, soon } from './desk-words.ts';
import type { Apis } from './houses.ts';
import { must } from './must.ts';

/* A household with all that may stand in its file before two people write in it at once. */

export type FilePart =
  | 'mandate'
  | 'handed over'
  | 'few people'
  | 'feed'
  | 'fast lane'
  | 'wish'
  | 'booked'
  | 'agreed'
  | 'instructed'
  | 'signal'
  | 'urgent';

export const professional = 'stress professional';
export const providerIdOf = (scene: DeskScene) => ProviderId.parse(scene.id('provider'));
export const householdIdOf = (scene: DeskScene, word = 'known') => HouseholdId.parse(scene.id('household', word));
export const personIdOf = (scene: DeskScene, word: string) => PersonId.parse(scene.id('person', word));
export const idsOf = (scene: DeskScene) => ({
  householdId: householdIdOf(scene),
  bookingId: BookingId.parse(scene.id('booking')),
  offerId: OfferId.parse(scene.id('offer')),
  resourceId: ResourceId.parse(scene.id('resource')),
  mandateId: MandateId.parse(scene.id('mandate')),
  wishId: WishId.parse(scene.id('wish')),
  agreementId: TaskAgreementId.parse(scene.id('agreement')),
  signalId: SignalId.parse(scene.id('signal')),
  urgentId: UrgentId.parse(scene.id('urgent')),
});
export const ownerOf = (scene: DeskScene): FeedOwner => ({ kind: 'household', id: householdIdOf(scene) });
export const secretHash = (digit: string) => digit.repeat(64);
export const contactOf = (word: string) => ({ accountId: `stress ${word}`, name: 'Verzonnen Mens', organisation: '' });

export const registrationOf = (scene: DeskScene, word: string, contact: string) => {
  const person = { name: 'Verzonnen Persoon', place: rijswijk };
  return RegisterHousehold.parse({
    householdId: householdIdOf(scene, word),
    caregiver: { ...person, personId: personIdOf(scene, `${word} caregiver`), accountId: 'stress caregiver' },
    recipient: {
      ...{ ...person, personId: personIdOf(scene, `${word} recipient`), conditions: ['dementia'] },
      highRiskActs: ['insulin-injection', 'catheter-care'],
    },
    ...{ relation: 'parent', careHoursPerWeek: 30, contactPerson: contactOf(contact) },
    registeredBy: { accountId: professional, role: 'professional' },
  });
};
export const wishOf = (scene: DeskScene) =>
  MakeWish.parse({
    ...{ wishId: idsOf(scene).wishId, householdId: householdIdOf(scene), forms: ['F16'], requestedBy: professional },
    window: on(scene, 5, '08:00', '20:00'),
  });
export const signalOf = (scene: DeskScene, contact = 'contact') =>
  SignalCaregiver.parse({
    ...{ signalId: idsOf(scene).signalId, consents: ['caregiver'], source: 'hospital', referredBy: professional },
    caregiver: { personId: personIdOf(scene, 'signalled'), name: 'Verzonnen Persoon', place: rijswijk },
    contactPerson: { accountId: `stress ${contact}` },
  });
/** In a municipality that few other scenes have. */
export const searchOf = (scene: DeskScene) => {
  const searchId = scene.id('search');
  const municipality = MunicipalityCode.parse(String(1000 + (Number.parseInt(searchId.slice(0, 6), 16) % 9000)));
  return { searchId, forms: ['F01' as const], municipality, month: Month.parse(monthOf(dayOf(scene.now))) };
};
export const urgentOf = (scene: DeskScene) =>
  OpenUrgentCase.parse({
    ...{ urgentId: idsOf(scene).urgentId, householdId: householdIdOf(scene), need: 'Iemand voor vanavond.' },
    ...{ span: soon(scene, 8, 3), openedBy: professional },
  });
export const requestOf = (scene: DeskScene, word: string, days: number) => {
  const { householdId, offerId, resourceId } = idsOf(scene);
  return RequestBooking.parse({
    ...{ bookingId: BookingId.parse(scene.id('booking', word)), householdId, offerId, resourceId },
    ...{ span: on(scene, days, '09:00', '11:00'), placeOfService: 'recipient-home', requestedBy: professional },
  });
};
export const agreementOf = (
  scene: DeskScene,
  word: 'caregiver' | 'worker',
  act: 'insulin-injection' | 'catheter-care',
) => ({
  agreementId: TaskAgreementId.parse(scene.id('agreement', word, act)),
  scope: { kind: 'booking' as const, id: requestOf(scene, 'booked', 3).bookingId },
  act,
  doer: word === 'caregiver' ? { kind: word } : { kind: word, workerId: workerIdOf(scene) },
  reviewOn: plusDays(dayOf(scene.now), 60),
  recordedBy: professional,
});
const workerIdOf = (scene: DeskScene) => WorkerId.parse(scene.id('worker'));

export const agreedOf = (scene: DeskScene) => agreementOf(scene, 'worker', 'insulin-injection');

export const prepareFile = async (scene: DeskScene, parts: ReadonlySet<FilePart>) => {
  const { next, newCall } = scene;
  const { householdId, offerId, resourceId, mandateId } = idsOf(scene);
  const doors = () => next().bookings;
  must(await doors().registerHousehold(registrationOf(scene, 'known', 'contact'), newCall()));
  if (parts.has('booked') || parts.has('agreed') || parts.has('instructed')) {
    const providerId = providerIdOf(scene);
    const house = { providerId, kind: 'home-care', name: 'De Linde', place: rijswijk } as const;
    must(await next().offers.registerProvider(house, newCall()));
    const offer = PublishOffer.parse({
      ...{ offerId, providerId, form: 'F01', title: 'Een blok zorg thuis', place: rijswijk, travelKm: 15 },
      ...{ unit: 'hour', conditionsServed: ['dementia'], bearer: 'guarantee', instant: true },
      ...{ highRiskActsServed: ['insulin-injection', 'catheter-care'] },
      tariff: { from: '2027-01-01', priceCents: 2300, vat: 'exempt' },
    });
    must(await next().offers.publishOffer(offer, newCall()));
    const opening = { resourceId, providerId, offerIds: [offerId], capacity: 1, bufferMinutes: 0, travelMinutes: 0 };
    must(await next().offers.openResource(opening, newCall()));
    const spans = [on(scene, 3, '08:00', '20:00'), on(scene, 4, '08:00', '20:00')];
    must(await next().offers.publishTimes({ resourceId, spans }, newCall()));
    const booked = requestOf(scene, 'booked', 3);
    must(await doors().requestBooking(booked, newCall()));
    must(await doors().confirmBooking({ bookingId: booked.bookingId }, newCall()));
  }
  if (parts.has('mandate'))
    must(await doors().grantMandate({ householdId, mandateId, accountId: 'stress neighbour' }, newCall()));
  if (parts.has('handed over'))
    must(await doors().changeContactPerson({ householdId, contactPerson: contactOf('second') }, newCall()));
  if (parts.has('few people')) must(await doors().noteNetwork({ householdId, smallNetwork: true }, newCall()));
  if (parts.has('feed'))
    must(await doors().openFeed({ owner: ownerOf(scene), secretHash: secretHash('a') }, newCall()));
  if (parts.has('fast lane'))
    must(await doors().flagPalliative({ householdId, words: '', flaggedBy: professional }, newCall()));
  if (parts.has('wish')) must(await doors().makeWish(wishOf(scene), newCall()));
  if (parts.has('agreed') || parts.has('instructed'))
    must(await doors().recordTaskAgreement(agreedOf(scene), newCall()));
  if (parts.has('instructed')) {
    const { agreementId } = agreedOf(scene);
    must(await doors().recordInstruction({ householdId, agreementId, outcome: 'given' }, newCall()));
  }
  if (parts.has('signal')) must(await doors().signalCaregiver(signalOf(scene), newCall()));
  if (parts.has('urgent')) must(await doors().openUrgentCase(urgentOf(scene), newCall()));
};

/** The next owner of a case that was resolved by then may have been spared the task, or had it for a moment. */
const stands = ({ kind, doneAt }: TaskView): boolean =>
  doneAt === null || (kind !== 'urgent-region' && kind !== 'urgent-contact-person');

export const standingOfFile = async (scene: DeskScene, { bookings }: Apis) => {
  const { householdId, wishId, signalId, urgentId } = idsOf(scene);
  const { feedId } = await bookings.findFeed({ owner: ownerOf(scene) });
  const read = async (digit: string) =>
    (await bookings.readFeed({ feedId, secretHash: secretHash(digit) })) === undefined ? 'shut' : 'open';
  return {
    known: await bookings.findHousehold({ householdId }),
    other: await bookings.findHousehold({ householdId: householdIdOf(scene, 'new') }),
    backups: await bookings.findBackups({ householdId }),
    feed: [await bookings.findFeed({ owner: ownerOf(scene) }), await read('a'), await read('b'), await read('c')],
    fastLane: await bookings.findPalliative({ householdId }),
    wish: await bookings.findWish({ wishId }),
    wishes: await bookings.listWishes({ householdId }),
    limits: await bookings.findActLimits({ providerId: providerIdOf(scene) }),
    agreements: await bookings.findBookingAgreements({ bookingId: requestOf(scene, 'booked', 3).bookingId }),
    signal: await bookings.findSignal({ signalId }),
    urgent: await bookings.findUrgentCase({ urgentId }),
    tasks: inAnyOrder((await bookings.listTasks({ householdId, done: true })).filter(stands), ({ kind }) => kind),
    onBehalf: inAnyOrder(await bookings.listOnBehalf({ householdId }), ({ what, ref }) => `${what} ${ref.id}`),
    unmet: await bookings.unmetBySource({ municipality: searchOf(scene).municipality }),
    endings: await bookings.listEndings({ householdId }),
    bookings: (await bookings.listBookings({ householdId, page: { first: 50 } })).items.map(({ item }) => item),
  };
};
