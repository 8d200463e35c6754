import { FormId, formOf, type ListRegionalBeds, type RegionalHouse } from '@adempauze/contracts';
import { type Clock, type Day, hourMs, instantFromMs, instantOn, msOf } from '@adempauze/kernel';
import { dayNumberOf, momentOn, wallMsOf } from '../amsterdam.rules.ts';
import { indexAfter } from '../resource/calendar.rules.ts';
import { capacityIn, placesLeftIn } from '../resource/capacity.rules.ts';
import { bookableOf, daysIn, placeOn, type Resource } from '../resource/resource.state.rules.ts';
import { ofForms } from './offer-map.ts';
import type { SearchIndex } from './search-index.ts';
import { kindOf, suiting } from './suit.ts';

const stayForms: readonly FormId[] = FormId.options.filter((form) => {
  const { unit, atHome } = formOf(form);
  return unit === 'night' && !atHome;
});

/** Free beds night by night of all houses around, whichever municipality they are in (R33, R34, S61). */
export const createRegionalBeds =
  ({ index, clock }: { readonly index: SearchIndex; readonly clock: Clock }) =>
  (asked: ListRegionalBeds): RegionalHouse[] => {
    const nowMs = msOf(clock());
    const { near, maxKm, first } = asked;
    const suits = suiting({ ...asked, traits: [], activities: [] }, nowMs);
    const days = daysIn({ from: asked.from, until: asked.until });
    const untilMs = msOf(instantOn(asked.until));
    const houses: RegionalHouse[] = [];
    const around = index.around(near);
    for (const form of asked.forms.length > 0 ? asked.forms : stayForms) {
      let ofForm = 0;
      for (const { entry, travelKm } of around.near(maxKm, kindOf({ form }), ofForms([form]))) {
        if (ofForm === first) break;
        const { offer } = entry;
        if ((suits(offer, entry.suit) ?? 0) < untilMs || offer.unit !== 'night') continue;
        for (const { resource } of entry.resources) {
          ofForm += 1;
          houses.push({
            ...{
              offerId: offer.offerId,
              resourceId: resource.resourceId,
              providerName: index.viewOf(entry).providerName,
            },
            ...{ title: offer.title, form, place: offer.place, travelKm },
            nights: days.map((day) => nightOf(resource, day, nowMs)),
          });
        }
      }
    }
    return houses.sort((a, b) => a.travelKm - b.travelKm || (a.resourceId < b.resourceId ? -1 : 1)).slice(0, first);
  };

/** One night of a house: from its check-in on this day to its check-out on the next. Closed: no span, nothing free. */
const nightOf = (resource: Resource, day: Day, nowMs: number): RegionalHouse['nights'][number] => {
  const openings = bookableOf(resource);
  const noon = msOf(instantOn(day, '12:00'));
  const last = openings[indexAfter(openings, noon + 12 * hourMs - 1) - 1];
  const number = dayNumberOf(noon);
  const fromMs = last === undefined ? 0 : momentOn(number, wallMsOf(last.fromMs));
  const untilMs = last === undefined ? 0 : momentOn(number + 1, wallMsOf(last.untilMs));
  if (last === undefined || fromMs < last.fromMs || untilMs > last.untilMs || fromMs <= nowMs) {
    const [part] = capacityIn(resource, { fromMs: noon, untilMs: noon + 1 });
    return { day, span: null, capacity: part?.capacity ?? resource.capacity, free: 0 };
  }
  const { freeAtMs, travelMs = 0 } = placeOn(resource, { fromMs, untilMs });
  const kept = { fromMs: fromMs - travelMs, untilMs: freeAtMs };
  return {
    day,
    span: { from: instantFromMs(fromMs), until: instantFromMs(untilMs) },
    capacity: Math.min(...capacityIn(resource, { fromMs, untilMs }).map((it) => it.capacity)),
    free: Math.max(0, placesLeftIn(resource, kept, nowMs)),
  };
};
