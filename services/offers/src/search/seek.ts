import {
  type FitReason,
  FormId,
  formOf,
  type SearchHit,
  type SeekMisfit,
  type SeekOption,
  type SeekRespite,
  type Sought,
} from '@adempauze/contracts';
import { type Clock, instantFromMs, minuteMs, msOf } from '@adempauze/kernel';
import { dayMs } from '../amsterdam.rules.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import type { TimesAsked } from './bookable-times.ts';
import { datesFitOf } from './dates-fit.ts';
import type { OfferNearby } from './offer-map.ts';
import { kindOf } from './offer-map.ts';
import type { SearchIndex } from './search-index.ts';
import { suiting, suitOf } from './suit.ts';
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

/** Search by need over the index: what fits, why, and what comes nearest when nothing does (R09, R12, R13, R19, R33, R35). */
export const createSeeking =
  ({ index, clock }: { readonly index: SearchIndex; readonly clock: Clock }) =>
  (seek: SeekRespite): Sought => {
    const nowMs = msOf(clock());
    const window = windowOf(seek, nowMs);
    const forms = seek.forms.length > 0 ? seek.forms : formsMeant(seek);
    const suits = suiting(seek, nowMs);

    const hitsOf = function* (form: FormId, within: Window, maxKm: number): Generator<SeekOption, undefined> {
      const asked: TimesAsked = {
        ...{ nowMs, ...within, minutes: seek.minutes, nights: seek.nights, most: seek.timesPerOffer },
        payer: seek.payer,
      };
      for (const near of index.near(seek.near, form, maxKm)) {
        const servesMs = suits(near.entry.offer, near.entry.suit);
        if (servesMs === undefined) continue;
        const hit = index.hitOf(near, { ...asked, untilMs: Math.min(asked.untilMs, servesMs) });
        // Somebody has to be found first, which takes longer than "now".
        if (hit === undefined || (seek.when.kind === 'now' && hit.onRequest)) continue;
        const datesFit = seek.repeat === undefined || hit.onRequest ? null : datesFitOf(index, near, hit, seek, nowMs);
        yield { hit, reasons: reasonsOf(near.entry.offer, hit, seek), datesFit };
      }
    };

    /** The nearest of each form, with at least three forms among the first where there are as many. */
    const optionsAmong = (among: readonly FormId[], within: Window, maxKm: number, first: number): SeekOption[] => {
      const each = among.length === 1 ? first : Math.max(1, Math.ceil(first / 2));
      const byForm = among.map((form) => [...hitsOf(form, within, maxKm).take(each)]);
      const nearest = byForm.flatMap(([it]) => it ?? []).sort(byOrder);
      const kept = new Set(nearest.slice(0, Math.min(leastForms, first)));
      for (const it of byForm.flat().sort(byOrder)) if (kept.size < first) kept.add(it);
      return [...kept].sort(byOrder);
    };

    let options = optionsAmong(forms, window, seek.maxKm, seek.first);
    if (options.length > 0 && options.every(({ hit }) => !hit.atHome) && seek.forms.length === 0) {
      // A stay is never the only suggestion while somebody can come (R13).
      const home = FormId.options.filter((form) => formOf(form).atHome && !forms.includes(form));
      const more = optionsAmong(home, windowOf({ ...seek, nights: undefined }, nowMs), seek.maxKm, leastForms);
      options = [...more.map(asOther), ...options].slice(0, seek.first);
    }
    const misfits =
      options.length >= leastForms ? [] : misfitsOf(index, seek, forms, { window, nowMs, shown: options });
    if (options.length > 0) return { options, misfits, nothingFound: null, alternatives: null };
    const others = FormId.options.filter((form) => !forms.includes(form));
    const around: Window = {
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
        inTime: optionsAmong(forms, around, seek.maxKm, 4 * alternatives)
          .sort((a, b) => awayFrom(a, window) - awayFrom(b, window))
          .slice(0, alternatives),
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
const byOrder = (a: SeekOption, b: SeekOption): number =>
  Number(b.hit.atHome) - Number(a.hit.atHome) ||
  (b.datesFit?.fits ?? 0) - (a.datesFit?.fits ?? 0) ||
  a.hit.travelKm - b.hit.travelKm ||
  (a.hit.offer.offerId < b.hit.offer.offerId ? -1 : 1);

const asOther = (option: SeekOption): SeekOption => ({ ...option, reasons: [...option.reasons, 'another-form'] });

const awayFrom = ({ hit }: SeekOption, { fromMs }: Window): number => {
  const [first] = hit.times;
  return first === undefined ? 0 : Math.abs(msOf(first.span.from) - fromMs);
};

const reasonsOf = (offer: Offer, hit: SearchHit, seek: SeekRespite): FitReason[] => {
  const reasons: [FitReason, boolean][] = [
    ['at-home', hit.atHome],
    ['conditions-served', seek.conditions.length > 0],
    ['acts-certified', seek.highRiskActs.length > 0],
    ['language-spoken', seek.language !== undefined],
    ['culture-known', seek.culture !== undefined],
    ['woman-comes', seek.womanOnRequest !== undefined],
    ['activities', seek.activities.length > 0],
    ['caregiver-may-join', seek.caregiverJoins === 'yes'],
    ['transport', offer.transport !== 'none' && !hit.atHome],
    ['starts-soon', seek.when.kind === 'now'],
    ['on-request', hit.onRequest],
  ];
  return reasons.filter(([, holds]) => holds).map(([reason]) => reason);
};

/** Offers of the forms asked that are near and do not fit, with why. Those that exclude somebody are left out in silence. */
const misfitsOf = (
  index: SearchIndex,
  seek: SeekRespite,
  forms: readonly FormId[],
  { window, nowMs, shown }: { readonly window: Window; readonly nowMs: number; readonly shown: readonly SeekOption[] },
): SeekMisfit[] => {
  const known = new Set<string>(shown.map(({ hit }) => hit.offer.offerId));
  const asked = { ...window, nowMs, minutes: seek.minutes, nights: seek.nights, most: 1 };
  const found: SeekMisfit[] = [];
  let looked = 0;
  const plain = { conditions: [], highRiskActs: [], activities: [] };
  const { language: _, culture: __, womanOnRequest: ___, ...rest } = seek;
  const [isThere, fits, speaks] = [
    suiting({ ...rest, ...plain }, nowMs),
    suiting({ ...rest, ...plain, conditions: seek.conditions }, nowMs),
    suiting({ ...seek, ...plain, conditions: seek.conditions }, nowMs),
  ];
  const whyNot = (near: OfferNearby): SeekMisfit['reason'] | undefined => {
    const { offer, suit } = near.entry;
    if (isThere(offer, suit) === undefined) return undefined;
    if (fits(offer, suit) === undefined) return 'condition-not-served';
    const certified = suiting({ ...rest, ...plain, highRiskActs: seek.highRiskActs }, nowMs)(offer, suitOf(offer));
    if ((certified ?? 0) < window.fromMs + 15 * minuteMs) return 'act-not-served';
    if (seek.language !== undefined && speaks(offer, suit) === undefined) return 'language-not-spoken';
    return index.hitOf(near, asked) === undefined ? 'full-then' : undefined;
  };
  const nearby = forms
    .flatMap((form) => [...index.near(seek.near, form, seek.maxKm).take(Math.ceil(mostLooked / forms.length))])
    .sort(
      (a, b) =>
        Number(kindOf(b.entry.offer) === 'home') - Number(kindOf(a.entry.offer) === 'home') || a.travelKm - b.travelKm,
    );
  for (const near of nearby) {
    looked += 1;
    if (found.length === mostMisfits || looked > mostLooked) break;
    if (known.has(near.entry.offerId)) continue;
    const reason = whyNot(near);
    if (reason !== undefined) found.push({ offer: index.viewOf(near.entry), travelKm: near.travelKm, reason });
  }
  return found;
};
