import {
  BookingId,
  HelperId,
  HouseholdId,
  MatchId,
  MunicipalityCode,
  ProviderId,
  RegisterHelper,
} from '@adempauze/contracts';
import { derivedId, Instant, type Span } from '@adempauze/kernel';
import type { HelperEvent } from './helper/helper.events.ts';
import type { Request } from './match/match.decider.ts';

/* Examples that the tests share. */

export const at = (text: string): Instant => Instant.parse(text);
export const spanOf = (from: string, until: string): Span => ({ from: at(from), until: at(until) });

export const organisationId = ProviderId.parse(derivedId('example', 'organisation'));
export const otherOrganisationId = ProviderId.parse(derivedId('example', 'other organisation'));
export const householdId = HouseholdId.parse(derivedId('example', 'household'));
export const helperIdOf = (name: string): HelperId => HelperId.parse(derivedId('example helper', name));
export const bookingIdOf = (name: string): BookingId => BookingId.parse(derivedId('example booking', name));
export const matchIdOf = (name: string): MatchId => MatchId.parse(derivedId('match', bookingIdOf(name)));

export const rijswijk = {
  name: 'Rijswijk',
  municipality: MunicipalityCode.parse('0603'),
  point: { lat: 52.0367, lon: 4.3253 },
};
export const delft = {
  name: 'Delft',
  municipality: MunicipalityCode.parse('0503'),
  point: { lat: 52.0067, lon: 4.3556 },
};
export const utrecht = {
  name: 'Utrecht',
  municipality: MunicipalityCode.parse('0344'),
  point: { lat: 52.0908, lon: 5.1222 },
};

/** Every day from eight to ten in the evening, at most eight hours a week, F06, Dutch, in Rijswijk, unless told. */
export const registration = (name: string, differences: Partial<RegisterHelper> = {}): RegisterHelper =>
  RegisterHelper.parse({
    helperId: helperIdOf(name),
    organisationId,
    name,
    place: rijswijk,
    availability: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '08:00', until: '22:00' })),
    ...differences,
  });

export const registered = (name: string, differences: Partial<RegisterHelper> = {}): HelperEvent => ({
  type: 'HelperRegistered',
  data: { ...registration(name, differences), registeredAt: at('2027-01-04T09:00:00Z') },
});

/** Tuesday 2 March 2027, two to four in the afternoon; the booking waits until the evening before. */
export const tuesday = spanOf('2027-03-02T13:00:00Z', '2027-03-02T15:00:00Z');

export const requestNamed = (name: string, differences: Partial<Request> = {}): Request => ({
  matchId: matchIdOf(name),
  bookingId: bookingIdOf(name),
  householdId,
  organisationId,
  form: 'F06',
  span: tuesday,
  municipality: rijswijk.municipality,
  languages: ['nl'],
  requestedAt: at('2027-02-22T10:00:00Z'),
  bookingAnswerBy: at('2027-03-01T18:00:00Z'),
  ...differences,
});
