import type { SeekMisfit, SeekRespite } from '@adempauze/contracts';
import { hourMs, instantFromMs, minuteMs } from '@adempauze/kernel';
import { dayMs, dayNumberOf, dayOfNumber } from '../amsterdam.rules.ts';
import { freshMs } from '../offer/facts.rules.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { servesUntilMs } from '../offer/terms.rules.ts';
import { bookableOf } from '../resource/resource.state.rules.ts';
import { bookableTimes, type TimesAsked } from './bookable-times.ts';
import { freeTimesOf } from './free-times.ts';
import { type Around, type Looked, type OfferNearby, ofForms } from './offer-map.ts';
import type { SearchIndex } from './search-index.ts';
import { servedIn, suiting, takingIn, type Wanted } from './suit.ts';
import { type Window, type Windows, windowOf } from './when.ts';

type Why = Pick<SeekMisfit, 'reason' | 'facts'>;

/** Offers that are shown as not fitting, and those that are looked at for it. */
const mostMisfits = 3;
const mostLooked = 300;
/** What comes too short to reach, or lies beyond how far somebody looks: so much further is looked, at so many. */
const furtherKm = 25;
const mostLookedFurther = 100;
/** How far ahead the first free time is looked for. */
const nextWithinMs = 60 * dayMs;
/** The shortest care there is. */
const shortestCareMs = 15 * minuteMs;

export type MisfitsAsked = {
  readonly index: SearchIndex;
  readonly around: Around;
  readonly seek: SeekRespite;
  readonly forms: Parameters<typeof ofForms>[0];
  readonly windows: Windows;
  readonly nowMs: number;
  /** Ids of the offers that are shown, for they fit. */
  readonly shown: ReadonlySet<string>;
};

/**
 * Offers of the forms asked that are near and do not fit, with why: at home first, then the nearer; what is out of reach
 * comes last. Those that do not take somebody in are passed by before anything of them is looked at or counted, so that
 * the answer is the same as if they were not there.
 */
export const misfitsOf = (asked: MisfitsAsked): SeekMisfit[] => {
  const { index, around, seek, forms, shown, nowMs } = asked;
  // Of what is over nothing fits, and it is no offer's doing.
  if (windowOf(seek, nowMs).startsBeforeMs <= nowMs) return [];
  const takesIn = takingIn(seek);
  const questions = questionsOf(seek);
  const looked: Looked = { ...ofForms(forms), offer: ({ suit }) => takesIn(suit) };
  const found: SeekMisfit[] = [];
  const add = (near: OfferNearby, why: Why | undefined) => {
    if (why !== undefined) found.push({ offer: index.viewOf(near.entry), travelKm: near.travelKm, ...why });
  };
  let left = mostLooked;
  const nearby = [around.near(acrossTheCountryKm, 'home', looked), around.near(seek.maxKm, 'away', looked)];
  for (const [at, some] of nearby.entries()) {
    // Those at home leave room for those who are not.
    const leave = at === 0 ? mostLooked / 2 : 0;
    for (const near of some) {
      if (found.length === mostMisfits || left <= leave) break;
      left -= 1;
      if (!shown.has(near.entry.offerId)) add(near, whyNot(asked, questions, near));
    }
  }
  const suits = suiting(seek, nowMs);
  const fits = {
    ...looked,
    place: servedIn(seek),
    offer: (it: OfferNearby['entry']) => takesIn(it.suit) && suits(it.offer, it.suit) !== undefined,
  };
  const further = [around.beyondReach(seek.maxKm, fits), around.near(seek.maxKm + furtherKm, 'away', fits, seek.maxKm)];
  for (const some of further) {
    if (found.length === mostMisfits) break;
    for (const near of some.take(mostLookedFurther)) {
      if (found.length === mostMisfits) break;
      // Too far is told only of what fits in everything else.
      if (whyNot(asked, questions, near) === undefined) add(near, tooFar(near, seek));
    }
  }
  return found;
};
/** Further than any two places in the country are apart by road. */
export const acrossTheCountryKm = 600;

const tooFar = ({ entry: { suit }, travelKm }: OfferNearby, { maxKm }: SeekRespite): Why => {
  const isTooFarForThem = suit.reachKm < travelKm && suit.isAtHome;
  const beyondKm = Math.round((travelKm - (isTooFarForThem ? suit.reachKm : maxKm)) * 10) / 10;
  return isTooFarForThem
    ? { reason: 'outside-travel-range', facts: { km: travelKm, travelKm: suit.reachKm, beyondKm } }
    : { reason: 'further-than-asked', facts: { km: travelKm, beyondKm } };
};

/** What is wanted, one thing at a time: the first that is lacking is told. */
const wishes: readonly [Why['reason'], (seek: SeekRespite) => Partial<Wanted>][] = [
  ['condition-not-served', ({ conditions }) => ({ conditions })],
  ['act-not-served', ({ highRiskActs }) => ({ highRiskActs })],
  ['language-not-spoken', ({ language }) => ({ language })],
  ['culture-not-known', ({ culture }) => ({ culture })],
  ['no-woman-comes', ({ womanOnRequest }) => ({ womanOnRequest })],
  ['activity-not-offered', ({ activities }) => ({ activities })],
  ['no-transport', ({ transport }) => ({ transport })],
];
/** Of those that somebody wants: the reason, and until when an offer serves it. Fresh or not is another question. */
const questionsOf = (seek: SeekRespite) =>
  wishes.map(([reason, wish]) => ({ reason, serves: suiting({ ...nothingWanted, ...wish(seek) }, 0) }));
const nothingWanted: Wanted = { conditions: [], highRiskActs: [], traits: [], activities: [] };

const whyNot = (
  { index, seek, windows, nowMs }: MisfitsAsked,
  questions: ReturnType<typeof questionsOf>,
  near: OfferNearby,
): Why | undefined => {
  const { offer, suit } = near.entry;
  const window = windows(offer);
  for (const { reason, serves } of questions) {
    const servesMs = serves(offer, suit);
    if (servesMs === undefined || servesMs < window.fromMs + shortestCareMs)
      return { reason, facts: certifiedTo(servesMs) };
  }
  if (seek.caregiverJoins === 'yes' && offer.caregiverJoins === 'no')
    return { reason: 'caregiver-cannot-join', facts: {} };
  if (seek.caregiverJoins === 'no' && offer.caregiverJoins === 'always')
    return { reason: 'caregiver-must-join', facts: {} };
  const length = lengthMisfit(offer, seek);
  if (length !== undefined) return length;
  if (suit.freshUntilMs <= nowMs)
    return { reason: 'stale', facts: { days: Math.floor((nowMs - suit.freshUntilMs + freshMs) / dayMs) } };
  return timeMisfit(index, near, seek, window, nowMs);
};

const certifiedTo = (servesMs: number | undefined): Why['facts'] =>
  servesMs === undefined || servesMs === Number.POSITIVE_INFINITY
    ? {}
    : { lastDay: dayOfNumber(dayNumberOf(servesMs) - 1) };

const lengthMisfit = (offer: Offer, { minutes, nights }: SeekRespite): Why | undefined => {
  const { minMinutes, maxMinutes, minNights, maxNights } = offer;
  if (offer.unit === 'night') {
    if (nights === undefined) return undefined;
    if (minNights !== undefined && nights < minNights) return { reason: 'stay-too-short', facts: { minNights } };
    if (maxNights !== undefined && nights > maxNights) return { reason: 'stay-too-long', facts: { maxNights } };
    return undefined;
  }
  if (minutes === undefined) return undefined;
  if (minMinutes !== undefined && minutes < minMinutes) return { reason: 'block-too-short', facts: { minMinutes } };
  if (maxMinutes !== undefined && minutes > maxMinutes) return { reason: 'block-too-long', facts: { maxMinutes } };
  return undefined;
};

/** Why there is no time of an offer that is right in everything else; undefined when there is one. */
const timeMisfit = (
  index: SearchIndex,
  near: OfferNearby,
  seek: SeekRespite,
  window: Window,
  nowMs: number,
): Why | undefined => {
  const { offer, resources } = near.entry;
  if (offer.needsHelper && seek.when.kind === 'now') return { reason: 'helper-not-at-once', facts: {} };
  const { minutes, nights, payer, highRiskActs } = seek;
  const servesMs = servesUntilMs(offer, { conditions: [], highRiskActs }) ?? 0;
  const asked: TimesAsked = { ...window, nowMs, minutes, nights, payer, most: 1 };
  const foundIn = (within: Partial<TimesAsked>, of: Offer = offer) => {
    const entry = of === offer ? near.entry : { ...near.entry, offer: of };
    return index.foundOf({ ...near, entry }, { ...asked, ...within });
  };
  if (foundIn({ untilMs: Math.min(window.untilMs, servesMs) }) !== undefined) return undefined;
  if (foundIn({}) !== undefined) return { reason: 'act-not-served', facts: certifiedTo(servesMs) };
  const pricedFromMs = offer.tariffs[0]?.fromMs ?? Number.POSITIVE_INFINITY;
  if (pricedFromMs >= window.untilMs) return { reason: 'tariff-missing', facts: {} };
  const { leadTimeMinutes } = offer;
  const atOnce = { ...offer, leadTimeMinutes: 0 };
  const next = foundIn({
    fromMs: Math.max(nowMs, window.fromMs),
    untilMs: Math.min(window.untilMs + nextWithinMs, servesMs),
    startsBeforeMs: undefined,
  });
  const nextMs = next?.onRequest ? nowMs + leadTimeMinutes * minuteMs : next?.times[0]?.fromMs;
  const facts: Why['facts'] = nextMs === undefined ? {} : { next: instantFromMs(nextMs) };
  if (leadTimeMinutes > 0 && foundIn({}, atOnce) !== undefined)
    return {
      reason: 'asked-too-late',
      facts: { leadTimeHours: Math.ceil((leadTimeMinutes * minuteMs) / hourMs), ...facts },
    };
  // For who is sought there is no calendar that could be full: what is left of the days meant is too short.
  if (offer.needsHelper) return undefined;
  // Full, when there would be a time if nobody were there. What is open on no day at all is not closed on this one.
  const isOpen = resources.some(({ resource }) => bookableOf(resource).some(({ untilMs }) => untilMs > nowMs));
  const empty = resources.map(({ resource }) => freeTimesOf({ ...resource, occupations: [] }, nowMs));
  return { reason: isOpen && bookableTimes(atOnce, empty, asked).length === 0 ? 'closed-then' : 'full-then', facts };
};
