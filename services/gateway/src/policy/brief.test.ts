import { BookingStatus } from '@adempauze/contracts';
import { Instant, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { briefFor, briefKeptMs } from './brief.ts';

const at = (text: string) => Instant.parse(text);
const span = { from: at('2027-05-03T08:00:00Z'), until: at('2027-05-03T12:00:00Z') };
const before = at('2027-05-01T08:00:00Z');
const consent = (given: boolean) => ({ briefConsent: { given, by: 'account-fatima', at: before } });
const confirmed = { status: 'confirmed', span } as const;

test('from the confirmation until a month after the care, and not a moment longer', () => {
  const last = plusMs(span.until, briefKeptMs - 1);
  expect(briefFor(confirmed, consent(true), 'provider', before)).toBe('in-full');
  expect(briefFor(confirmed, consent(true), 'coordinator', last)).toBe('in-full');
  expect(briefFor({ status: 'delivered', span }, consent(true), 'provider', last)).toBe('in-full');
  expect(briefFor(confirmed, consent(true), 'provider', plusMs(last, 1))).toBe('nothing');
  expect(briefFor({ status: 'delivered', span }, consent(true), 'provider', plusMs(last, 1))).toBe('nothing');
});
test('without consent, or once it is taken back, nothing, whatever the booking is', () => {
  for (const status of BookingStatus.options) {
    expect(briefFor({ status, span }, consent(false), 'provider', before)).toBe('nothing');
    expect(briefFor({ status, span }, { briefConsent: null }, 'provider', before)).toBe('nothing');
  }
});
test('who is asked reads what is needed to decide; a coordinator not even that (R51)', () => {
  const asked = { status: 'awaiting-acceptance', span } as const;
  expect(briefFor(asked, consent(true), 'provider', before)).toBe('to-decide');
  expect(briefFor(asked, consent(true), 'coordinator', before)).toBe('nothing');
});
test('in every other state nothing', () => {
  const others = BookingStatus.options.filter(
    (it) => it !== 'confirmed' && it !== 'delivered' && it !== 'awaiting-acceptance',
  );
  for (const status of others) expect(briefFor({ status, span }, consent(true), 'provider', before)).toBe('nothing');
});
