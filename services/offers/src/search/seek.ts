import {
  type FitReason,
  FormId,
  formOf,
  type SeekMisfit,
  type SeekOption,
  type SeekRespite,
  type Sought,
} from '@adempauze/contracts';
import { type Clock, instantFromMs, minuteMs, msOf } from '@adempauze/kernel';
import { dayMs } from '../amsterdam.rules.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import type { TimesAsked } from './bookable-times.ts';
import { type BestDates, bestDatesOf, datesFitOf } from './dates-fit.ts';
import { type Around, kindOf, type OfferEntry, type OfferNearby } from './offer-map.ts';
import type { Found, SearchIndex } from './search-index.ts';
import { servedIn, suiting } from './suit.ts';
import { type Window, windowOf } from './when.ts';

/** Different forms that are shown where there are as many (R12). */
const leastForms = 3;
/** Offers that are shown as not fitting, and those that are looked at for it. */
const mostMisfits = 3;
const mostLooked = 300;
/** How far around the time, and how much further away, is looked when nothing fits. */
const otherTimeMs = 21 * dayMs;
const furtherTimes = 3;
const furthestKm = 200;
const alternatives = 3;
/** Further than any two places in the country are apart by road. */
const acrossTheCountryKm = 600;

/** Something that fits and may be shown; what is shown of it is worked out when it is. */
type Candidate = Found & { readonly atHome: boolean; readonly dates: BestDates | undefined };

/** Search by need over the index: what fits, why, and what comes nearest when nothing does (R09, R12, R13, R19, R33, R35). */
export const createSeeking =
  ({ index, clock }: { readonly index: SearchIndex; readonly clock: Clock }) =>
  (seek: SeekRespite): Sought => {
    const nowMs = msOf(clock());
    const window = windowOf(seek, nowMs);
    const forms = seek.forms.length > 0 ? seek.forms : formsMeant(seek);
    const suits = suiting(seek, nowMs);
    const isServedIn = servedIn(seek);

    const around = index.around(seek.near);

    const candidateOf = (near: OfferNearby, within: Window): Candidate | undefined => {
      const { entry } = near;
      const servesMs = suits(entry.offer, entry.suit);
      // Somebody has to be found first, which takes longer than "now".
      if (servesMs === undefined || (seek.when.kind === 'now' && entry.offer.needsHelper)) return undefined;
      const asked: TimesAsked = {
        ...{ nowMs, fromMs: within.fromMs, untilMs: Math.min(within.untilMs, servesMs) },
        ...{ startsBeforeMs: within.startsBeforeMs, minutes: seek.minutes, nights: seek.nights },
        ...{ most: seek.timesPerOffer, payer: seek.payer },
      };
      const found = index.foundOf(near, asked);
      if (found === undefined) return undefined;
      const dates =
        seek.repeat === undefined || found.onRequest
          ? undefined
          : bestDatesOf(index.freeOf(entry, nowMs), found, seek.repeat);
      return { ...found, atHome: kindOf(entry.offer) === 'home', dates };
    };

    /**
     * The nearest of each form, with at least three forms among the first where there are as many. Offers are walked in the
     * order of the answer, all forms at once, and no further than an answer needs.
     */
    const candidatesAmong = (among: readonly FormId[], within: Window, maxKm: number, first: number): Candidate[] => {
      const wanted = new Set(among);
      const each = wanted.size === 1 ? first : Math.max(1, Math.ceil(first / 2));
      const least = Math.min(leastForms, first);
      const looked = {
        place: isServedIn,
        offer: ({ offer, suit }: OfferEntry) => wanted.has(suit.form) && suits(offer, suit) !== undefined,
      };
      const taken: Candidate[] = [];
      const ofForm = new Map<FormId, number>();
      const isEnough = () => taken.length >= first && ofForm.size >= least;
      for (const kind of ['home', 'away'] as const) {
        const ofKind = [...wanted].filter((form) => kindOf({ form }) === kind);
        if (ofKind.length === 0 || isEnough()) continue;
        let [unseen, unfilled] = [ofKind.length, ofKind.length];
        const furthest = kind === 'home' ? acrossTheCountryKm : maxKm;
        for (const near of around.near(furthest, kind, ofKind.length === 1 ? ofKind[0] : undefined, looked)) {
          const { form } = near.entry.suit;
          const count = ofForm.get(form) ?? 0;
          // With dates the walk is not in order: who has more of them comes first, from however far.
          const isFull = seek.repeat === undefined && taken.length >= first;
          if (count >= each || (isFull && count > 0)) continue;
          const candidate = candidateOf(near, within);
          if (candidate === undefined) continue;
          taken.push(candidate);
          ofForm.set(form, count + 1);
          if (count === 0) unseen -= 1;
          if (count + 1 === each) unfilled -= 1;
          if (unfilled === 0) break;
          if (seek.repeat === undefined && taken.length >= first && (unseen === 0 || isEnough())) break;
        }
      }
      taken.sort(byOrder);
      const kept = new Set(nearestOfEach(taken).slice(0, least));
      for (const it of taken) if (kept.size < first) kept.add(it);
      return [...kept].sort(byOrder);
    };
    const shown = (found: Candidate): SeekOption => ({
      hit: index.hitOf(found),
      reasons: reasonsOf(found.entry.offer, found, seek),
      datesFit: found.dates === undefined || seek.repeat === undefined ? null : datesFitOf(found.dates, seek.repeat),
    });
    const optionsAmong = (...asked: Parameters<typeof candidatesAmong>): SeekOption[] =>
      candidatesAmong(...asked).map(shown);

    let options = optionsAmong(forms, window, seek.maxKm, seek.first);
    if (options.length > 0 && options.every(({ hit }) => !hit.atHome) && seek.forms.length === 0) {
      // A stay is never the only suggestion while somebody can come (R13).
      const home = FormId.options.filter((form) => formOf(form).atHome && !forms.includes(form));
      const more = optionsAmong(home, windowOf({ ...seek, nights: undefined }, nowMs), seek.maxKm, leastForms);
      options = [...more.map(asOther), ...options].slice(0, seek.first);
    }
    const misfits =
      options.length >= leastForms ? [] : misfitsOf(index, around, seek, { forms, window, nowMs, shown: options });
    if (options.length > 0) return { options, misfits, nothingFound: null, alternatives: null };
    const others = FormId.options.filter((form) => !forms.includes(form));
    const aroundTime: Window = {
      fromMs: Math.max(nowMs, window.fromMs - otherTimeMs),
      untilMs: window.untilMs + otherTimeMs,
      startsBeforeMs: window.startsBeforeMs + otherTimeMs,
    };
    const further = Math.min(furthestKm, Math.max(seek.maxKm, 20) * furtherTimes);
    return {
      options,
      misfits,
      nothingFound: {
        forms: seek.forms,
        municipality: seek.municipality ?? null,
        from: instantFromMs(window.fromMs),
        until: instantFromMs(window.untilMs),
      },
      alternatives: {
        inTime: candidatesAmong(forms, aroundTime, seek.maxKm, 4 * alternatives)
          .sort((a, b) => awayFrom(a, window) - awayFrom(b, window))
          .slice(0, alternatives)
          .map(shown),
        inPlace: optionsAmong(forms, window, further, alternatives),
        inForm: optionsAmong(others, { ...window, untilMs: window.untilMs + dayMs }, seek.maxKm, alternatives).map(
          asOther,
        ),
      },
    };
  };

/** With a number of nights, stays and nights are meant; with a length, hours; with neither, anything. */
const formsMeant = ({ minutes, nights }: SeekRespite): readonly FormId[] =>
  FormId.options.filter((form) => {
    if (nights !== undefined && minutes === undefined) return formOf(form).unit === 'night';
    return minutes === undefined || formOf(form).unit !== 'night';
  });

/** At home first (R13), then who has more of the dates, then the shorter journey (R33). */
const byOrder = (a: Candidate, b: Candidate): number =>
  Number(b.atHome) - Number(a.atHome) ||
  (b.dates?.fits ?? 0) - (a.dates?.fits ?? 0) ||
  a.travelKm - b.travelKm ||
  (a.entry.offerId < b.entry.offerId ? -1 : 1);

/** Of each form the one with the shortest journey, in the same order. */
const nearestOfEach = (ordered: readonly Candidate[]): Candidate[] => {
  const nearest = new Map<FormId, Candidate>();
  for (const it of ordered) {
    const known = nearest.get(it.entry.offer.form);
    if (known === undefined || isNearer(it, known)) nearest.set(it.entry.offer.form, it);
  }
  return [...nearest.values()].sort(byOrder);
};
const isNearer = (a: Candidate, b: Candidate): boolean =>
  a.travelKm === b.travelKm ? a.entry.offerId < b.entry.offerId : a.travelKm < b.travelKm;

const asOther = (option: SeekOption): SeekOption => ({ ...option, reasons: [...option.reasons, 'another-form'] });

const awayFrom = ({ times: [first] }: Candidate, { fromMs }: Window): number =>
  first === undefined ? 0 : Math.abs(first.fromMs - fromMs);

const reasonsOf = (offer: Offer, { atHome, onRequest }: Candidate, seek: SeekRespite): FitReason[] => {
  const reasons: [FitReason, boolean][] = [
    ['at-home', atHome],
    ['conditions-served', seek.conditions.length > 0],
    ['acts-certified', seek.highRiskActs.length > 0],
    ['language-spoken', seek.language !== undefined],
    ['culture-known', seek.culture !== undefined],
    ['woman-comes', seek.womanOnRequest !== undefined],
    ['activities', seek.activities.length > 0],
    ['caregiver-may-join', seek.caregiverJoins === 'yes'],
    ['transport', offer.transport !== 'none' && !atHome],
    ['starts-soon', seek.when.kind === 'now'],
    ['on-request', onRequest],
  ];
  return reasons.filter(([, holds]) => holds).map(([reason]) => reason);
};

/** Offers of the forms asked that are near and do not fit, with why. Those that exclude somebody are left out in silence. */
const misfitsOf = (
  index: SearchIndex,
  around: Around,
  seek: SeekRespite,
  {
    forms,
    window,
    nowMs,
    shown,
  }: {
    readonly forms: readonly FormId[];
    readonly window: Window;
    readonly nowMs: number;
    readonly shown: readonly SeekOption[];
  },
): SeekMisfit[] => {
  const known = new Set<string>(shown.map(({ hit }) => hit.offer.offerId));
  const asked = { ...window, nowMs, minutes: seek.minutes, nights: seek.nights, most: 1 };
  const found: SeekMisfit[] = [];
  const plain = { conditions: [], highRiskActs: [], activities: [] };
  const { language: _, culture: __, womanOnRequest: ___, ...rest } = seek;
  const [isThere, fits, certified, speaks] = [
    suiting({ ...rest, ...plain }, nowMs),
    suiting({ ...rest, ...plain, conditions: seek.conditions }, nowMs),
    suiting({ ...rest, ...plain, highRiskActs: seek.highRiskActs }, nowMs),
    suiting({ ...seek, ...plain, conditions: seek.conditions }, nowMs),
  ];
  const whyNot = (near: OfferNearby): SeekMisfit['reason'] | undefined => {
    const { offer, suit } = near.entry;
    if (isThere(offer, suit) === undefined) return undefined;
    if (fits(offer, suit) === undefined) return 'condition-not-served';
    if ((certified(offer, suit) ?? 0) < window.fromMs + 15 * minuteMs) return 'act-not-served';
    if (seek.language !== undefined && speaks(offer, suit) === undefined) return 'language-not-spoken';
    return index.foundOf(near, asked) === undefined ? 'full-then' : undefined;
  };
  const ofEach = Math.ceil(mostLooked / forms.length);
  // A stable sort: what is as near stays in the order of the forms.
  const nearby = forms
    .flatMap((form) => {
      const kind = kindOf({ form });
      return [...around.near(kind === 'home' ? acrossTheCountryKm : seek.maxKm, kind, form).take(ofEach)];
    })
    .sort(
      (a, b) =>
        Number(kindOf(b.entry.offer) === 'home') - Number(kindOf(a.entry.offer) === 'home') || a.travelKm - b.travelKm,
    );
  for (const near of nearby.slice(0, mostLooked)) {
    if (found.length === mostMisfits) break;
    if (known.has(near.entry.offerId)) continue;
    const reason = whyNot(near);
    if (reason !== undefined) found.push({ offer: index.viewOf(near.entry), travelKm: near.travelKm, reason });
  }
  return found;
};
