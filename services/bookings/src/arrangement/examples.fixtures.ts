import { ArrangementId, kindOfPart, PartAsk, TripOf } from '@adempauze/contracts';
import { derivedId, fold, plusMs } from '@adempauze/kernel';
import { about, afternoon, at, householdIdOf, offerIdOf, personIdOf, resourceIdOf } from '../examples.fixtures.ts';
import { type ArrangementCommand, arrangementDecider } from './arrangement.decider.ts';
import type { ArrangementEvent, AskedPart } from './arrangement.events.ts';

/* A plan for a household that does not exist, for tests. */

export const now = at('2027-05-01T08:00:00Z');
export const arrangementId = ArrangementId.parse(derivedId('arrangement', 'one'));
export const partIdOf = (word: string): string => derivedId('part', word);
export const ids = { arrangementId, householdId: householdIdOf('fatima') };

const hour = 3_600_000;
export const thereSpan = { from: plusMs(afternoon.from, -hour), until: afternoon.from };
export const backSpan = { from: afternoon.until, until: plusMs(afternoon.until, hour) };

export const bookingAsk = (
  span = afternoon,
  offer = 'block-care',
  resource = 'worker',
  placeOfService = 'recipient-home',
): PartAsk =>
  PartAsk.parse({
    ...{ kind: 'booking', offerId: offerIdOf(offer), resourceId: resourceIdOf(resource), span },
    placeOfService,
  });
export const weeklyRule = {
  ...{ from: '2027-05-04', until: '2027-05-25', weekdays: [2], startsAt: '13:00', endsAt: '16:00' },
};
export const seriesAsk = (offer = 'own-account', resource = 'weekly'): PartAsk =>
  PartAsk.parse({
    ...{ kind: 'series', offerId: offerIdOf(offer), resourceId: resourceIdOf(resource), rule: weeklyRule },
    placeOfService: 'recipient-home',
  });
export const stayAsk = (): PartAsk =>
  PartAsk.parse({
    ...{ kind: 'stay', offerId: offerIdOf('guest-house'), resourceId: resourceIdOf('beds') },
    ...{ placeOfService: 'provider', waived: ['part-day', 'night'] },
    span: { from: at('2027-05-10T13:00:00Z'), until: at('2027-05-15T09:00:00Z') },
  });

export const partOf = (word: string, ask: PartAsk = bookingAsk(), more: Partial<AskedPart> = {}): AskedPart => ({
  ...{ partId: partIdOf(word), ask, kind: kindOfPart(ask), thingId: derivedId('thing', word) },
  ...(ask.kind === 'booking' ? { span: ask.span } : {}),
  ...{ offerId: about.offerId, providerId: about.providerId, form: about.form, requestedBy: 'account-fatima' },
  ...more,
});
export const tripFor = (main: string, leg: 'there' | 'back', blocks = false): TripOf =>
  TripOf.parse({ partId: partIdOf(main), leg, blocks });
export const trip = (main: string, leg: 'there' | 'back', blocks = false): AskedPart =>
  partOf(leg, bookingAsk(leg === 'there' ? thereSpan : backSpan, 'transport', 'taxi'), {
    tripOf: tripFor(main, leg, blocks),
  });

export const planOf = (...parts: readonly AskedPart[]): ArrangementCommand => ({
  type: 'PlanArrangement',
  data: {
    ...{ ...ids, caregiverId: personIdOf('fatima-caregiver'), parts: [...parts] },
    ...{ purpose: 'Even weg.', requestedBy: 'account-fatima' },
  },
  now,
});
export const had = (word: string): ArrangementCommand => ({ type: 'RecordHold', partId: partIdOf(word), now });
export const taken = { code: 'place-taken', facts: {} };
export const confirm: ArrangementCommand = { type: 'ConfirmArrangement', now };

/** The history after these commands; what is refused leaves nothing. */
export const after = (...commands: readonly ArrangementCommand[]): ArrangementEvent[] => {
  const history: ArrangementEvent[] = [];
  for (const command of commands) {
    const decision = arrangementDecider.decide(command, fold(arrangementDecider, history));
    if (decision.accepted) history.push(...decision.events);
  }
  return history;
};
