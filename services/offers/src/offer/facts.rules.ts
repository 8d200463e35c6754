import {
  type Acclimatisation,
  formOf,
  type OfferFacts,
  offerFacts,
  type PlaceOfService,
  type TakeoverLevel,
} from '@adempauze/contracts';
import { hourMs } from '@adempauze/kernel';
import type { Offer } from './offer.state.rules.ts';

/* What follows from the facts of an offer. */

/** How long a word of its provider counts, chosen: R31. */
export const freshMs = 90 * 24 * hourMs;
export const freshUntilMs = ({ confirmedAtMs }: Pick<Offer, 'confirmedAtMs'>): number => confirmedAtMs + freshMs;

export const takeoverOf = ({ form, takeover }: Pick<Offer, 'form' | 'takeover'>): TakeoverLevel =>
  takeover ?? formOf(form).takeover;

const homes: readonly PlaceOfService[] = ['recipient-home', 'caregiver-home'];
const ownPlace: readonly PlaceOfService[] = ['provider'];

/** Where it is given: at either home for a form at home, and otherwise at the provider's place, unless told. */
export const servedAtOf = ({ form, servedAt }: Pick<Offer, 'form' | 'servedAt'>): readonly PlaceOfService[] => {
  if (servedAt.length > 0) return servedAt;
  return formOf(form).atHome ? homes : ownPlace;
};
export const isServedWhereItsFormIs = ({ form, servedAt }: Pick<Offer, 'form' | 'servedAt'>): boolean =>
  servedAt.every((it) => (it !== 'provider') === formOf(form).atHome);

/** A15: one part-day and one night. */
const usualSteps: readonly Acclimatisation[] = [{ step: 'part-day' }, { step: 'night' }];
const noSteps: readonly Acclimatisation[] = [];

/** Steps before a first stay (R15): those told, and otherwise the usual ones for a stay away from home. */
export const acclimatisationOf = ({
  form,
  unit,
  acclimatisation,
}: Pick<Offer, 'form' | 'unit' | 'acclimatisation'>): readonly Acclimatisation[] =>
  acclimatisation ?? (unit === 'night' && !formOf(form).atHome ? usualSteps : noSteps);

const names = Object.keys(offerFacts) as (keyof OfferFacts)[];

/** The facts among everything that an offer is. */
export const factsOf = (offer: OfferFacts): OfferFacts =>
  Object.fromEntries(
    names.filter((name) => offer[name] !== undefined).map((name) => [name, offer[name]]),
  ) as OfferFacts;

/** Text that is the same for what means the same: lists have no order, and what is absent is not there. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  return `{${Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => `${key}:${canonical(inner)}`)
    .sort()
    .join()}}`;
};
