import {
  BookingStatus,
  type BookingView,
  CareWishes,
  type HouseholdView,
  MunicipalityCode,
} from '@adempauze/contracts';
import { expect, test } from '@jest/globals';
import { at, bookingIdOf, personIdOf } from '../examples.fixtures.ts';
import { bookingMessage, handOverMessage, kindOf, whenText } from './message.rules.ts';

const place = { name: 'Delft', municipality: MunicipalityCode.parse('0503'), point: { lat: 52, lon: 4 } };
const household: Pick<HouseholdView, 'caregiver' | 'contactPerson' | 'wishes' | 'handOver'> = {
  caregiver: {
    ...{
      personId: personIdOf('a'),
      accountId: null,
      name: 'Samira Haddad',
      phone: null,
      email: null,
      place,
      birthYear: null,
    },
  },
  contactPerson: { accountId: 'account-nora', name: 'Nora Visser', organisation: 'Steunpunt Delft' },
  wishes: CareWishes.parse({ channel: 'letter' }),
  handOver: null,
};
const booking: Pick<BookingView, 'bookingId' | 'status' | 'span' | 'placeOfService' | 'quote'> = {
  ...{ bookingId: bookingIdOf('one'), status: 'confirmed', placeOfService: 'recipient-home' },
  span: { from: at('2027-05-04T11:00:00Z'), until: at('2027-05-04T14:30:00Z') },
  quote: { ownCostCents: 1250, coverage: 'partly', lines: [], refusals: [] },
};

test('a letter says what there is to know, in plain words', () => {
  expect(bookingMessage(booking, household, 'Thuiszorg De Linde')).toMatchObject({
    ...{ kind: 'booking-agreed', channel: 'letter' },
    letter: {
      nl: [
        ...['Beste Samira Haddad,', '', 'Uw afspraak staat vast.'],
        'Het is op dinsdag 4 mei, van 13:00 uur tot 16:30 uur.',
        'Iemand van Thuiszorg De Linde komt bij uw naaste thuis.',
        'U betaalt zelf hoogstens € 12,50.',
        'Hebt u een vraag? Bel dan Nora Visser, Steunpunt Delft.',
        ...['', 'Met vriendelijke groet,', 'Nora Visser, Steunpunt Delft'],
      ].join('\n'),
    },
  });
});
test('what is spoken names neither who comes nor what it is for (R51)', () => {
  const message = bookingMessage(booking, household, 'Dementiezorg Thuis');
  expect(message?.spoken).toEqual({
    nl:
      'Dag Samira Haddad. Uw afspraak staat vast. Het is op dinsdag 4 mei, van 13:00 uur tot 16:30 uur. ' +
      'Hebt u een vraag? Bel dan Nora Visser, Steunpunt Delft.',
    en:
      'Hello Samira Haddad. Your appointment is confirmed. It is on Tuesday 4 May, from 13:00 to 16:30. ' +
      'Do you have a question? Please call Nora Visser, Steunpunt Delft.',
  });
});
test('no message has a word for what is the matter, or for what is arranged', () => {
  for (const status of BookingStatus.options) {
    const message = bookingMessage({ ...booking, status }, household, 'De Linde');
    expect(message === undefined).toBe(kindOf({ status }) === undefined);
    const text = JSON.stringify(message ?? {}).toLowerCase();
    for (const word of ['mantelzorg', 'respijt', 'dementie', 'ziek', 'caregiver', 'respite']) {
      expect(text).not.toContain(word);
    }
  }
});
test('a stay is from one day to another, and a night when the clock changes keeps its wall times', () => {
  expect(whenText({ from: at('2027-03-27T14:00:00Z'), until: at('2027-03-28T09:00:00Z') })).toEqual({
    nl: 'Het is van zaterdag 27 maart, 15:00 uur, tot zondag 28 maart, 11:00 uur.',
    en: 'It is from Saturday 27 March, 15:00, to Sunday 28 March, 11:00.',
  });
});
test('a new contact person is announced until that was done, and nobody who was forgotten is written to (R25)', () => {
  const previous = { accountId: 'account-els', name: 'Els Bakker', organisation: '' };
  const handOver = { previous, since: at('2027-05-01T08:00:00Z'), announcedAt: null };
  expect(handOverMessage({ ...household, handOver })?.letter.nl).toContain(
    'Uw vaste aanspreekpunt is nu Nora Visser, Steunpunt Delft. Dat was Els Bakker.',
  );
  expect(handOverMessage({ ...household, handOver: { ...handOver, announcedAt: handOver.since } })).toBeUndefined();
  expect(handOverMessage(household)).toBeUndefined();
  const forgotten = { ...household, caregiver: { ...household.caregiver, name: null }, handOver };
  expect(handOverMessage(forgotten)).toBeUndefined();
  expect(bookingMessage(booking, forgotten, 'De Linde')).toBeUndefined();
});
