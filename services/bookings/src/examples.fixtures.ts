import {
  BookingId,
  HouseholdId,
  MandateId,
  MunicipalityCode,
  OfferId,
  PersonId,
  ProposalId,
  ProviderId,
  RegisterHousehold,
  RequestBooking,
  ResourceId,
  SeriesId,
  SignalId,
  StayId,
  TaskId,
  type Terms,
  WaitingId,
} from '@adempauze/contracts';
import { derivedId, Instant } from '@adempauze/kernel';
import type { DataOf } from './booking/booking.events.ts';

/* People who do not exist, for tests. Ids come from words, so that a failing test can be read. */

export const at = (text: string): Instant => Instant.parse(text);
const id = (...parts: (string | number)[]) => derivedId('example', ...parts);
export const bookingIdOf = (...parts: (string | number)[]) => BookingId.parse(id('booking', ...parts));
export const householdIdOf = (word: string) => HouseholdId.parse(id('household', word));
export const personIdOf = (word: string) => PersonId.parse(id('person', word));
export const offerIdOf = (word: string) => OfferId.parse(id('offer', word));
export const providerIdOf = (word: string) => ProviderId.parse(id('provider', word));
export const resourceIdOf = (word: string) => ResourceId.parse(id('resource', word));
export const seriesIdOf = (word: string) => SeriesId.parse(id('series', word));
export const stayIdOf = (word: string) => StayId.parse(id('stay', word));
export const proposalIdOf = (word: string) => ProposalId.parse(id('proposal', word));
export const signalIdOf = (word: string) => SignalId.parse(id('signal', word));
export const taskIdOf = (word: string) => TaskId.parse(id('task', word));
export const waitingIdOf = (word: string) => WaitingId.parse(id('waiting', word));
export const mandateIdOf = (word: string) => MandateId.parse(id('mandate', word));

/** Home of the recipient, and of the provider; 0603 is Rijswijk, 0503 Delft. */
export const rijswijk = { name: 'Rijswijk', municipality: '0603', point: { lat: 52.036, lon: 4.325 } };
export const delft = { name: 'Delft', municipality: '0503', point: { lat: 52.011, lon: 4.357 } };
const codeOf = (place: { municipality: string }) => MunicipalityCode.parse(place.municipality);

export const fatima = (word = 'fatima', changes: Partial<RegisterHousehold> = {}): RegisterHousehold => ({
  ...RegisterHousehold.parse({
    householdId: householdIdOf(word),
    caregiver: {
      personId: personIdOf(`${word}-caregiver`),
      accountId: `account-${word}`,
      name: 'Fatima Zandstra',
      phone: '0612345678',
      email: 'fatima.zandstra@example.org',
      place: delft,
    },
    recipient: {
      personId: personIdOf(`${word}-recipient`),
      name: 'Hendrik Zandstra',
      birthYear: 1941,
      conditions: ['dementia'],
      // Nothing that has to be agreed on first (R55); tests of that say what.
      highRiskActs: [],
      place: rijswijk,
      careProfile: 'Luistert graag naar Wim Sonneveld.',
    },
    relation: 'parent',
    careHoursPerWeek: 30,
    needProfile: 'Een middag zwemmen zonder telefoon.',
    contactPerson: { accountId: `account-${word}`, name: 'Fatima Zandstra' },
    registeredBy: { accountId: `account-${word}`, role: 'caregiver' },
  }),
  ...changes,
});

export const afternoon = { from: at('2027-05-03T11:00:00Z'), until: at('2027-05-03T15:00:00Z') };

export const requestOf = (
  bookingId: BookingId,
  changes: Omit<Partial<RequestBooking>, 'resourceId'> & { resourceId?: ResourceId | undefined } = {},
): RequestBooking =>
  RequestBooking.parse({
    bookingId,
    householdId: householdIdOf('fatima'),
    offerId: offerIdOf('block-care'),
    resourceId: resourceIdOf('worker'),
    span: afternoon,
    purpose: 'Naar de verjaardag van mijn zus.',
    placeOfService: 'recipient-home',
    requestedBy: 'account-fatima',
    ...changes,
  });

/** Block care of four hours for EUR 160. */
export const termsOf = (changes: Partial<Terms> = {}): Terms => ({
  offerId: offerIdOf('block-care'),
  providerId: providerIdOf('linde'),
  form: 'F01',
  unit: 'hour',
  quantity: 400,
  unitPriceCents: 4000,
  priceCents: 16_000,
  vat: 'exempt',
  bearer: 'guarantee',
  instant: true,
  needsHelper: false,
  providerMunicipality: codeOf(delft),
  ...changes,
});

export const about = {
  bookingId: bookingIdOf('one'),
  householdId: householdIdOf('fatima'),
  offerId: offerIdOf('block-care'),
  providerId: providerIdOf('linde'),
  form: 'F01',
  span: afternoon,
  municipality: codeOf(rijswijk),
  homeMunicipality: codeOf(rijswijk),
} as const;

/** The data of a request, without its moment. */
export const requestData = (terms: Partial<Terms> = {}): Omit<DataOf<'BookingRequested'>, 'requestedAt'> => ({
  ...about,
  caregiverId: personIdOf('fatima-caregiver'),
  resourceId: resourceIdOf('worker'),
  placeOfService: 'recipient-home',
  purpose: 'Naar de verjaardag van mijn zus.',
  terms: termsOf(terms),
  quote: { ownCostCents: 0, coverage: 'covered', lines: [], refusals: [] },
  languages: ['nl'],
  heldUntil: at('2027-05-01T08:15:00Z'),
  requestedBy: 'account-fatima',
});
