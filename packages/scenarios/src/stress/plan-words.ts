import {
  BookingId,
  HelperId,
  HouseholdId,
  MakeWish,
  OfferId,
  PersonId,
  Place,
  ProviderId,
  RequestBooking,
  ResourceId,
  SeriesId,
  StayId,
  type TimeSpan,
  WaitingId,
  WishId,
} from '@adempauze/contracts';
import {
  type CallContext,
  dayOf,
  derivedId,
  hourMs,
  type Instant,
  instantOn,
  plusDays,
  plusMs,
} from '@adempauze/kernel';
import type { Side } from './meeting.ts';
import type { PlanWorld } from './plan-world.ts';

/** What may stand on the resource of a scene before two commands meet there. */
export type Part =
  | 'over'
  | 'tried'
  | 'held'
  | 'asked'
  | 'confirmed'
  | 'series'
  | 'series asked'
  | 'series confirmed'
  | 'stay'
  | 'waiting'
  | 'offered'
  | 'arranged'
  | 'proposed'
  | 'proposed before'
  | 'backed'
  | 'urgent'
  | 'wished'
  | 'wish offered'
  | MatchPart;
/** How far one of those who seek a helper is: nobody asked, the family asked, the helper asked, or somebody comes. */
export type MatchPart = 'sought' | 'named' | 'asked for' | 'matched';
export type OfferWord = 'instant' | 'on request' | 'house' | 'full' | 'volunteers';

export type PlanScene = {
  readonly key: string;
  readonly world: PlanWorld;
  readonly resourceId: ResourceId;
  readonly providerId: ProviderId;
  readonly newCall: () => CallContext;
  /** The clock goes on by this much. */
  readonly pass: (ms: number) => void;
  readonly clock: () => Instant;
  readonly id: (...words: readonly string[]) => string;
  readonly offerId: (word: OfferWord) => OfferId;
  readonly bookingId: (word: string) => BookingId;
  readonly seriesId: (word: string) => SeriesId;
  readonly stayId: (word: string) => StayId;
  readonly waitingId: (word: string) => WaitingId;
  readonly wishId: WishId;
  readonly helperId: (word: string) => HelperId;
  /** Of the one who has this part. */
  readonly householdId: (word: string) => HouseholdId;
  readonly caregiverId: (word: string) => PersonId;
  readonly times: Times;
  /** Where everything is. Who has people of their own has a town of their own too: nobody else's offers suit there. */
  readonly place: Place;
};

type Times = ReturnType<typeof timesFrom>;
export const rijswijk = Place.parse({ name: 'Rijswijk', municipality: '0603', point: { lat: 52.0367, lon: 4.3257 } });

/** Each part has a time of its own on the one resource; only who wants the same is after the same. */
export const timesFrom = (now: Instant) => {
  const soon = (from: number, hours: number): TimeSpan => {
    const begin = plusMs(now, from * hourMs);
    return { from: begin, until: plusMs(begin, hours * hourMs) };
  };
  const today = dayOf(now);
  const on = (days: number, from: string, until: string, nights = 0): TimeSpan => ({
    from: instantOn(plusDays(today, days), from),
    until: instantOn(plusDays(today, days + nights), until),
  });
  const weekly = (startsAt: string, endsAt: string) => ({
    ...{ from: plusDays(today, 26), until: plusDays(today, 40), everyWeeks: 1, weekdays: [], exceptions: [] },
    ...{ startsAt, endsAt, endsDaysLater: 0 },
  });
  return {
    open: { from: now, until: plusMs(now, 80 * 24 * hourMs) },
    over: soon(1, 2),
    tried: { partDay: soon(3, 2), night: on(6, '14:00', '11:00', 1), stay: on(8, '14:00', '11:00', 2) },
    held: on(3, '09:00', '11:00'),
    asked: on(3, '12:00', '14:00'),
    confirmed: on(3, '15:00', '17:00'),
    free: on(4, '09:00', '11:00'),
    full: on(5, '09:00', '11:00'),
    newStay: {
      partDay: on(12, '10:00', '13:00'),
      night: on(13, '14:00', '11:00', 1),
      stay: on(15, '14:00', '11:00', 2),
    },
    stay: { partDay: on(19, '10:00', '13:00'), night: on(20, '14:00', '11:00', 1), stay: on(22, '14:00', '11:00', 2) },
    series: weekly('09:00', '11:00'),
    seriesAsked: weekly('12:00', '14:00'),
    seriesConfirmed: weekly('15:00', '17:00'),
    newSeries: weekly('18:00', '20:00'),
    onNewSeries: on(33, '18:00', '20:00'),
    arranged: {
      ...{ ride: on(10, '09:00', '10:00'), day: on(10, '10:00', '14:00') },
      ...{ asked: on(11, '10:00', '12:00'), later: on(17, '10:00', '14:00'), back: on(10, '14:00', '15:00') },
    },
    proposed: on(10, '15:00', '17:00'),
    proposedSeries: weekly('06:00', '08:00'),
    urgent: soon(8, 3),
    sought: {
      ...{ sought: on(2, '09:00', '11:00'), named: on(2, '12:00', '14:00'), 'asked for': on(2, '15:00', '17:00') },
      ...{ twin: on(2, '16:00', '18:00'), matched: on(2, '19:00', '21:00'), later: on(4, '09:00', '11:00') },
    },
    secondWeek: plusDays(today, 33),
    later: plusDays(today, 54),
  };
};

/** Households that many scenes have in common, unless somebody is to be forgotten. */
export const people = [
  'over',
  'tried',
  'single',
  'series',
  'stay',
  'full',
  'first in line',
  'second in line',
  'rival',
  'planner',
  'proposed',
  'urgent',
  'wisher',
  'family',
] as const;

/** Towns that are further from each other than anybody travels; after these they come again, when what was there is over. */
const towns = 900;
const townOf = (index: number): Place => {
  const at = index % towns;
  const point = { lat: 50.9 + 0.08 * (at % 30), lon: 3.6 + 0.12 * Math.floor(at / 30) };
  return { ...rijswijk, point: { lat: Number(point.lat.toFixed(4)), lon: Number(point.lon.toFixed(4)) } };
};

export const sceneOf = (
  key: string,
  world: PlanWorld,
  { newCall, clock, pass, own }: Pick<PlanScene, 'newCall' | 'clock' | 'pass'> & { readonly own: boolean },
): PlanScene => {
  const id = (...words: readonly string[]) => derivedId('stress plan', key, ...words);
  const ofPerson = (...words: readonly string[]) => derivedId('stress person', own ? key : 'all', ...words);
  return {
    ...{ key, world, newCall, clock, pass, id, times: timesFrom(clock()) },
    resourceId: ResourceId.parse(id('resource')),
    providerId: ProviderId.parse(derivedId('stress provider')),
    offerId: (word) => OfferId.parse(id('offer', word)),
    bookingId: (word) => BookingId.parse(id('booking', word)),
    seriesId: (word) => SeriesId.parse(id('series', word)),
    stayId: (word) => StayId.parse(id('stay', word)),
    waitingId: (word) => WaitingId.parse(id('waiting', word)),
    wishId: WishId.parse(id('wish')),
    helperId: (word) => HelperId.parse(id('helper', word)),
    place: own ? townOf(Number(key)) : rijswijk,
    householdId: (word) => HouseholdId.parse(ofPerson('household', word)),
    caregiverId: (word) => PersonId.parse(ofPerson('caregiver', word)),
  };
};

/** Acts for some of the households. */
export const professional = 'stress professional';
/** What is held was asked for by who acts for the household; that can be taken back. */
const askedBy = (word: string) => (word === 'held' ? professional : 'stress');

export const requestOf = (
  scene: PlanScene,
  word: string,
  wish: { readonly who: string; readonly span: TimeSpan; readonly offer?: OfferWord },
) =>
  RequestBooking.parse({
    ...{ bookingId: scene.bookingId(word), householdId: scene.householdId(wish.who), span: wish.span },
    ...{ offerId: scene.offerId(wish.offer ?? 'instant'), resourceId: scene.resourceId, requestedBy: askedBy(word) },
    placeOfService: 'recipient-home',
  });
export const seriesOf = (scene: PlanScene, word: string, rule: Times['series'], offer: OfferWord = 'instant') => ({
  ...{ seriesId: scene.seriesId(word), householdId: scene.householdId('series'), offerId: scene.offerId(offer) },
  ...{ resourceId: scene.resourceId, rule, purpose: '', requestedBy: askedBy(word) },
  placeOfService: 'recipient-home' as const,
});
export const stayOf = (scene: PlanScene, word: string, who: string, times: Times['stay']) => ({
  ...{ stayId: scene.stayId(word), householdId: scene.householdId(who), offerId: scene.offerId('house') },
  ...{ resourceId: scene.resourceId, span: times.stay, purpose: '', requestedBy: 'stress', waived: [] },
  steps: [
    { kind: 'part-day' as const, span: times.partDay },
    { kind: 'night' as const, span: times.night },
  ],
  placeOfService: 'provider' as const,
});
export const joiningOf = (scene: PlanScene, who: string) => ({
  ...{ waitingId: scene.waitingId(who), householdId: scene.householdId(who), offerId: scene.offerId('full') },
  ...{ window: scene.times.full, minMinutes: 15, maxMinutes: 100_000, lane: 'normal' as const },
  ...{ placeOfService: 'recipient-home' as const, requestedBy: 'stress' },
});

export const wishOf = (scene: PlanScene) =>
  MakeWish.parse({
    ...{ wishId: scene.wishId, householdId: scene.householdId('wisher'), forms: ['F01'], maxKm: 5 },
    ...{ window: scene.times.full, requestedBy: 'stress' },
  });

/** What one side of a race does, and what must stand there before. */
export type PlanCommand = {
  readonly name: string;
  readonly needs: readonly Part[];
  /** People of its own: somebody is forgotten. */
  readonly own?: true;
  /** The clock goes on by this much just before: a deadline passes while the other side is at work. */
  readonly afterMs?: number;
  readonly run: (scene: PlanScene, side: Side) => Promise<unknown>;
};
