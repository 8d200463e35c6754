import { FormId, formOf, type SeekRespite } from '@adempauze/contracts';
import { detourFactor, straightKm } from '@adempauze/places';
import type { Offer } from '../offer/offer.state.rules.ts';
import { bestDatesOf } from './dates-fit.ts';
import type { OfferEntry, OfferNearby } from './offer-map.ts';
import type { SearchIndex } from './search-index.ts';
import { kindOf, suiting } from './suit.ts';
import { nightsMeant, windowOf } from './when.ts';

/**
 * Whom search by need shows, said as plainly as it can be and without any haste: every offer is measured, every one that
 * suits is asked for its times, and only then it is decided who is shown. In the order of the answer, by title.
 */
export const soughtPlainly = (
  index: SearchIndex,
  entries: readonly OfferEntry[],
  seek: SeekRespite,
  forms: readonly FormId[],
  nowMs: number,
): string[] => {
  const suits = suiting(seek, nowMs);
  const fitting = (form: FormId) =>
    entries
      .filter(({ offer }) => offer.form === form && offer.status === 'published')
      .map((entry): OfferNearby => ({ entry, travelKm: kmTo(entry.offer, seek) }))
      .filter(({ entry: { offer }, travelKm }) => travelKm <= reachOf(offer, seek))
      .sort((a, b) => a.travelKm - b.travelKm || (a.entry.offerId < b.entry.offerId ? -1 : 1))
      .flatMap((near) => {
        const servesMs = suits(near.entry.offer, near.entry.suit);
        if (servesMs === undefined) return [];
        const window = windowOf({ ...seek, nights: nightsMeant(near.entry.offer, seek) }, nowMs);
        const untilMs = Math.min(window.untilMs, servesMs);
        const { minutes, nights, payer } = seek;
        const found = index.foundOf(near, {
          ...window,
          ...{ nowMs, untilMs, minutes, nights, payer, most: seek.timesPerOffer },
        });
        if (found === undefined || (seek.when.kind === 'now' && found.onRequest)) return [];
        const fits =
          seek.repeat === undefined || found.onRequest
            ? 0
            : (bestDatesOf(index.freeOf(near.entry, nowMs), found, seek.repeat)?.fits ?? 0);
        return [{ ...found, fits, home: Number(formOf(form).atHome) }];
      });
  const each = forms.length === 1 ? seek.first : Math.max(1, Math.ceil(seek.first / 2));
  const byForm = forms.map((form) => fitting(form).slice(0, each));
  type Fit = (typeof byForm)[number][number];
  const inOrder = (list: readonly Fit[]) =>
    list.toSorted(
      (a, b) =>
        b.home - a.home || b.fits - a.fits || a.travelKm - b.travelKm || (a.entry.offerId < b.entry.offerId ? -1 : 1),
    );
  const kept = new Set(inOrder(byForm.flatMap((list) => list.slice(0, 1))).slice(0, Math.min(3, seek.first)));
  for (const it of inOrder(byForm.flat())) if (kept.size < seek.first) kept.add(it);
  return inOrder([...kept]).map(({ entry }) => entry.offer.title);
};

/**
 * What is shown beside, as plainly: other forms than those named, as long, that take as much over; as many as are missing
 * to three forms, and somebody at home where there is nobody among what was asked. By title.
 */
export const besidePlainly = (
  index: SearchIndex,
  entries: readonly OfferEntry[],
  seek: SeekRespite,
  shown: readonly string[],
  nowMs: number,
): string[] => {
  if (seek.forms.length === 0 || shown.length === 0) return [];
  const offerOf = (title: string) => entries.find((it) => it.offer.title === title)?.offer;
  const isHome = (title: string) => atHome.includes(offerOf(title)?.form ?? 'F12');
  const missing = Math.min(3, seek.first) - new Set(shown.map((title) => offerOf(title)?.form)).size;
  const count = Math.max(missing, shown.some(isHome) ? 0 : 1);
  if (count <= 0) return [];
  const ranks = ['relief', 'partial presence', 'full'];
  const rankOf = (form: FormId) => ranks.findIndex((it) => it.includes(formOf(form).takeover));
  const least = Math.min(...seek.forms.map(rankOf));
  const able = FormId.options.filter((form) => rankOf(form) >= least && !seek.forms.includes(form));
  const nights = able.filter((form) => formOf(form).unit === 'night');
  const others = able.filter((form) => {
    if (seek.minutes !== undefined) return !nights.includes(form);
    return seek.nights === undefined || nights.includes(form);
  });
  const found = soughtPlainly(index, entries, { ...seek, first: count }, others, nowMs);
  if (shown.some(isHome) || found.some(isHome)) return found;
  const hours = able.filter((form) => atHome.includes(form) && !nights.includes(form) && !others.includes(form));
  const some = soughtPlainly(index, entries, { ...seek, nights: undefined, first: 1 }, hours, nowMs);
  return [...some, ...found].slice(0, count);
};
const atHome = FormId.options.filter((form) => formOf(form).atHome);

const kmTo = ({ place }: Offer, { near }: SeekRespite) =>
  Math.round(straightKm(near, place.point) * detourFactor * 10) / 10;

const reachOf = (offer: Offer, { maxKm }: SeekRespite): number => {
  if (kindOf(offer) === 'away') return maxKm;
  return offer.nationwide ? Number.POSITIVE_INFINITY : offer.travelKm;
};
