import {
  type FitReason,
  FormId,
  formOf,
  type SeekOption,
  type SeekRespite,
  type Sought,
  type TakeoverLevel,
} from '@adempauze/contracts';
import { type Clock, instantFromMs, msOf } from '@adempauze/kernel';
import { dayMs } from '../amsterdam.rules.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import type { TimesAsked } from './bookable-times.ts';
import { type BestDates, bestDatesOf, datesFitOf } from './dates-fit.ts';
import { acrossTheCountryKm, misfitsOf } from './misfits.ts';
import type { Looked, OfferNearby } from './offer-map.ts';
import type { Found, SearchIndex } from './search-index.ts';
import { formBits, kindOf, servedIn, suiting } from './suit.ts';
import { changed, type Window, type Windows, windowOf, windowsOf } from './when.ts';

/** Different forms that are shown where there are as many (R12). */
const leastForms = 3;
/** How far around the time, and how much further away, is looked when nothing fits. */
const otherTimeMs = 21 * dayMs;
const furtherTimes = 3;
const furthestKm = 200;
const alternatives = 3;

/** Something that fits and may be shown; what is shown of it is worked out when it is. */
type Candidate = Found & { readonly atHome: boolean; readonly dates: BestDates | undefined };

/** Search by need over the index: what fits, why, and what comes nearest when nothing does (R09, R12, R13, R19, R33, R35). */
export const createSeeking =
  ({ index, clock }: { readonly index: SearchIndex; readonly clock: Clock }) =>
  (seek: SeekRespite): Sought => {
    const nowMs = msOf(clock());
    const window = windowOf(seek, nowMs);
    const windows = windowsOf(seek, nowMs);
    const forms = seek.forms.length > 0 ? seek.forms : formsMeant(seek);
    const suits = suiting(seek, nowMs);
    const isServedIn = servedIn(seek);

    const around = index.around(seek.near);

    const { minutes, nights, timesPerOffer: most, payer } = seek;
    const asks = new Map<Window, TimesAsked>();
    const timesIn = (within: Window): TimesAsked => {
      const known = asks.get(within);
      if (known !== undefined) return known;
      const asked = { nowMs, ...within, minutes, nights, most, payer };
      asks.set(within, asked);
      return asked;
    };
    const candidateOf = (near: OfferNearby, within: Windows): Candidate | undefined => {
      const { entry } = near;
      const servesMs = suits(entry.offer, entry.suit);
      // Somebody has to be found first, which takes longer than "now".
      if (servesMs === undefined || (seek.when.kind === 'now' && entry.offer.needsHelper)) return undefined;
      const asked = timesIn(within(entry.offer));
      const found = index.foundOf(near, servesMs < asked.untilMs ? { ...asked, untilMs: servesMs } : asked);
      if (found === undefined) return undefined;
      const dates =
        seek.repeat === undefined || found.onRequest
          ? undefined
          : bestDatesOf(index.freeOf(entry, nowMs), found, seek.repeat);
      const { travelKm, times, onRequest } = found;
      return { entry, travelKm, times, onRequest, atHome: entry.suit.isAtHome, dates };
    };

    /**
     * The nearest of each form, with at least three forms among the first where there are as many. Offers are walked in the
     * order of the answer, all forms at once, and no further than an answer needs.
     */
    const candidatesAmong = (among: readonly FormId[], within: Windows, maxKm: number, first: number): Candidate[] => {
      const wanted = [...new Set(among)];
      const each = wanted.length === 1 ? first : Math.max(1, Math.ceil(first / 2));
      const least = Math.min(leastForms, first);
      /** Forms of which more is looked for: what has its share is passed by without a look. */
      let open = 0;
      const looked: Looked = {
        forms: () => open,
        place: isServedIn,
        offer: ({ offer, suit }) => suits(offer, suit) !== undefined,
      };
      const taken: Candidate[] = [];
      const ofForm = new Map<FormId, number>();
      const isEnough = () => taken.length >= first && ofForm.size >= least;
      // With dates the walk is not in order: who has more of them comes first, from however far.
      const isFull = () => seek.repeat === undefined && taken.length >= first;
      for (const kind of ['home', 'away'] as const) {
        const ofKind = wanted.filter((form) => kindOf({ form }) === kind);
        if (ofKind.length === 0 || isEnough()) continue;
        open = formBits(ofKind, kind);
        for (const near of around.near(kind === 'home' ? acrossTheCountryKm : maxKm, kind, looked)) {
          const { form } = near.entry.offer;
          const count = ofForm.get(form) ?? 0;
          if (count >= each || (isFull() && count > 0)) continue;
          const candidate = candidateOf(near, within);
          if (candidate === undefined) continue;
          taken.push(candidate);
          ofForm.set(form, count + 1);
          if (count + 1 === each) open &= ~near.entry.suit.formBit;
          if (isFull())
            open = formBits(
              ofKind.filter((it) => !ofForm.has(it)),
              kind,
            );
          if (open === 0 || (isFull() && isEnough())) break;
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

    /** Where forms were named and what there is of them is no choice: other forms that fit, one of each, at home first. */
    const besideOf = (options: readonly SeekOption[]): SeekOption[] => {
      if (seek.forms.length === 0) return [];
      const missing = Math.min(leastForms, seek.first) - new Set(options.map(({ hit }) => hit.offer.form)).size;
      const isNobodyHome = options.every(({ hit }) => !hit.atHome);
      const count = Math.max(missing, isNobodyHome ? 1 : 0);
      if (count <= 0) return [];
      const others = formsBeside(seek);
      const found = optionsAmong(others, windows, seek.maxKm, count);
      if (!isNobodyHome || found.some(({ hit }) => hit.atHome)) return found.map(asOther);
      const home = FormId.options.filter(
        (it) => formOf(it).atHome && formOf(it).unit !== 'night' && !others.includes(it) && !seek.forms.includes(it),
      );
      const some = optionsAmong(home.filter(takesAsMuchOver(seek.forms)), windows, seek.maxKm, 1);
      return [...some, ...found].slice(0, count).map(asOther);
    };

    let options = optionsAmong(forms, windows, seek.maxKm, seek.first);
    if (options.length > 0 && options.every(({ hit }) => !hit.atHome) && seek.forms.length === 0) {
      // A stay is never the only suggestion while somebody can come (R13).
      const home = FormId.options.filter((form) => formOf(form).atHome && !forms.includes(form));
      const more = optionsAmong(home, windows, seek.maxKm, leastForms);
      options = [...more.map(asOther), ...options].slice(0, seek.first);
    }
    const shownIds = new Set<string>(options.map(({ hit }) => hit.offer.offerId));
    const misfits =
      options.length >= leastForms ? [] : misfitsOf({ index, around, seek, forms, windows, nowMs, shown: shownIds });
    if (options.length > 0)
      return { options, beside: besideOf(options), misfits, nothingFound: null, alternatives: null };
    const others = FormId.options.filter((form) => !forms.includes(form));
    const aroundTime = changed(windows, ({ fromMs, untilMs, startsBeforeMs }) => ({
      fromMs: Math.max(nowMs, fromMs - otherTimeMs),
      untilMs: untilMs + otherTimeMs,
      startsBeforeMs: startsBeforeMs + otherTimeMs,
    }));
    const further = Math.min(furthestKm, Math.max(seek.maxKm, 20) * furtherTimes);
    return {
      options,
      beside: [],
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
        inPlace: optionsAmong(forms, windows, further, alternatives),
        inForm: optionsAmong(others, windows, seek.maxKm, alternatives).map(asOther),
      },
    };
  };

/** With a number of nights, stays and nights are meant; with a length, hours; with neither, anything. */
const formsMeant = ({ minutes, nights }: SeekRespite): readonly FormId[] =>
  FormId.options.filter((form) => {
    if (nights !== undefined && minutes === undefined) return formOf(form).unit === 'night';
    return minutes === undefined || formOf(form).unit !== 'night';
  });

const overness: Readonly<Record<TakeoverLevel, number>> = { full: 3, presence: 2, partial: 2, relief: 1 };
/** Whether a form takes the care over as far as the least of those that were named: a ride is no other evening off. */
const takesAsMuchOver = (named: readonly FormId[]) => {
  const least = Math.min(...named.map((it) => overness[formOf(it).takeover]));
  return (form: FormId): boolean => overness[formOf(form).takeover] >= least;
};
/** Other forms than those that were named, for as long, that take as much over. */
const formsBeside = (seek: SeekRespite): readonly FormId[] =>
  formsMeant(seek).filter((it) => !seek.forms.includes(it) && takesAsMuchOver(seek.forms)(it));

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
