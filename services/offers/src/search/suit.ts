import { Activity, CareTrait, Condition, Culture, FormId, formOf, HighRiskAct, Language } from '@adempauze/contracts';
import { freshUntilMs } from '../offer/facts.rules.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { servesUntilMs } from '../offer/terms.rules.ts';

/* Whether an offer suits whoever asks, in bits: a search looks at thousands of offers. */

/** Words that fit in one number. */
const mostWords = 31;
const bitsOf = <T extends string>(words: readonly T[]): ((list: readonly T[]) => number) => {
  if (words.length > mostWords) throw new RangeError('More words than bits.');
  const bits = new Map(words.map((word, index) => [word, 1 << index]));
  return (list) => list.reduce((all, word) => all | (bits.get(word) ?? 0), 0);
};
const conditionBits = bitsOf(Condition.options);
const traitBits = bitsOf(CareTrait.options);
const activityBits = bitsOf(Activity.options);
const cultureBits = bitsOf(Culture.options);
const actBits = bitsOf(HighRiskAct.options);
const languageBits = bitsOf(Language.options);
/** Where an offer is given: at somebody's home, or away from it. */
export type Kind = 'home' | 'away';
export const kindOf = ({ form }: Pick<Offer, 'form'>): Kind => (formOf(form).atHome ? 'home' : 'away');
/** Forms at home and away are never in one list, so each kind has bits of its own: there is room for as many forms again. */
export const formsOf = (kind: Kind): readonly FormId[] => FormId.options.filter((form) => kindOf({ form }) === kind);
const bitsOfKind = { home: bitsOf(formsOf('home')), away: bitsOf(formsOf('away')) };
/** Those of a list that are of this kind. */
export const formBits = (list: readonly FormId[], kind: Kind): number => bitsOfKind[kind](list);

/** What is served, in bits: by an offer, or by any of those in one place. */
export type Served = {
  readonly conditions: number;
  readonly activities: number;
  readonly cultures: number;
  readonly languages: number;
  /** Acts that are done on some day; until when, the offer says. */
  readonly acts: number;
};
/** What an offer serves and is, once for each version of it. `reachKm`: how far it comes to a home. */
export type Suit = Served & {
  readonly formBit: number;
  readonly isAtHome: boolean;
  readonly reachKm: number;
  readonly excluded: number;
  readonly freshUntilMs: number;
};

export const suitOf = (offer: Offer): Suit => ({
  formBit: formBits([offer.form], kindOf(offer)),
  isAtHome: formOf(offer.form).atHome,
  reachKm: offer.nationwide ? Number.POSITIVE_INFINITY : offer.travelKm,
  conditions: conditionBits(offer.conditionsServed),
  excluded: traitBits(offer.exclusions),
  activities: activityBits(offer.activities),
  cultures: cultureBits(offer.cultures),
  languages: languageBits(offer.languages),
  acts: actBits([...offer.highRiskActsServed, ...offer.certifications.map(({ act }) => act)]),
  freshUntilMs: freshUntilMs(offer),
});

export const servesNothing: Served = { conditions: 0, activities: 0, cultures: 0, languages: 0, acts: 0 };
export const servedByAny = (a: Served, b: Served): Served => ({
  conditions: a.conditions | b.conditions,
  activities: a.activities | b.activities,
  cultures: a.cultures | b.cultures,
  languages: a.languages | b.languages,
  acts: a.acts | b.acts,
});

/** What the care needs, and what somebody would like beside it. */
export type Wanted = {
  readonly conditions: readonly Condition[];
  readonly highRiskActs: readonly HighRiskAct[];
  readonly traits: readonly CareTrait[];
  readonly language?: Language | undefined;
  readonly culture?: Culture | undefined;
  readonly womanOnRequest?: true | undefined;
  readonly activities: readonly Activity[];
  readonly caregiverJoins?: 'no' | 'yes' | undefined;
  readonly transport?: true | undefined;
};

const servedFor = ({ conditions, activities, culture, language, highRiskActs }: Wanted): Served => ({
  conditions: conditionBits(conditions),
  activities: activityBits(activities),
  cultures: culture === undefined ? 0 : cultureBits([culture]),
  languages: language === undefined ? 0 : languageBits([language]),
  acts: actBits(highRiskActs),
});
const isServedBy = (wanted: Served, served: Served): boolean =>
  (wanted.conditions & ~served.conditions) === 0 &&
  (wanted.languages & ~served.languages) === 0 &&
  (wanted.cultures & ~served.cultures) === 0 &&
  (wanted.acts & ~served.acts) === 0 &&
  (wanted.activities & ~served.activities) === 0;

/** Whether somebody in a place might suit; where each thing wanted is served by another, nobody does. */
export const servedIn = (wanted: Wanted): ((served: Served) => boolean) => {
  const bits = servedFor(wanted);
  return (served) => isServedBy(bits, served);
};

/** Whether an offer takes in whoever is meant. Only its provider knows that there is such a question (R19). */
export const takingIn = (wanted: Pick<Wanted, 'traits'>): ((suit: Suit) => boolean) => {
  const traits = traitBits(wanted.traits);
  return ({ excluded }) => (traits & excluded) === 0;
};

/**
 * A function that says until when an offer can serve what is wanted; undefined when it does not suit at all. What has not
 * been confirmed for 90 days suits nobody (R31).
 */
export const suiting = (wanted: Wanted, nowMs: number) => {
  const { highRiskActs, womanOnRequest, caregiverJoins, transport } = wanted;
  const bits = servedFor(wanted);
  const traits = traitBits(wanted.traits);
  const acts = { conditions: [], highRiskActs };
  return (offer: Offer, suit: Suit): number | undefined => {
    if (!isServedBy(bits, suit) || (traits & suit.excluded) !== 0 || suit.freshUntilMs <= nowMs) return undefined;
    if (womanOnRequest === true && !offer.womanOnRequest) return undefined;
    if (caregiverJoins === 'yes' && offer.caregiverJoins === 'no') return undefined;
    if (caregiverJoins === 'no' && offer.caregiverJoins === 'always') return undefined;
    if (transport === true && offer.transport === 'none') return undefined;
    return highRiskActs.length === 0 ? Number.POSITIVE_INFINITY : servesUntilMs(offer, acts);
  };
};
