import { type FormId, formOf, type SeekRespite } from '@adempauze/contracts';
import { detourFactor, straightKm } from '@adempauze/places';
import type { Offer } from '../offer/offer.state.rules.ts';
import { bestDatesOf } from './dates-fit.ts';
import { kindOf, type OfferEntry, type OfferNearby } from './offer-map.ts';
import type { SearchIndex } from './search-index.ts';
import { suiting } from './suit.ts';
import { windowOf } from './when.ts';

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
  const window = windowOf(seek, nowMs);
  const fitting = (form: FormId) =>
    entries
      .filter(({ offer }) => offer.form === form && offer.status === 'published')
      .map((entry): OfferNearby => ({ entry, travelKm: kmTo(entry.offer, seek) }))
      .filter(({ entry: { offer }, travelKm }) => travelKm <= reachOf(offer, seek))
      .sort((a, b) => a.travelKm - b.travelKm || (a.entry.offerId < b.entry.offerId ? -1 : 1))
      .flatMap((near) => {
        const servesMs = suits(near.entry.offer, near.entry.suit);
        if (servesMs === undefined) return [];
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

const kmTo = ({ place }: Offer, { near }: SeekRespite) =>
  Math.round(straightKm(near, place.point) * detourFactor * 10) / 10;

const reachOf = (offer: Offer, { maxKm }: SeekRespite): number => {
  if (kindOf(offer) === 'away') return maxKm;
  return offer.nationwide ? Number.POSITIVE_INFINITY : offer.travelKm;
};
