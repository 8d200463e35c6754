import { Activity, CareTrait, Condition, Culture, type HighRiskAct, Language } from '@adempauze/contracts';
import { freshUntilMs } from '../offer/facts.rules.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { servesUntilMs } from '../offer/terms.rules.ts';

/* Whether an offer suits whoever asks, in bits: a search looks at thousands of offers. */

const bitsOf = <T extends string>(words: readonly T[]): ((list: readonly T[]) => number) => {
  if (words.length > 31) throw new RangeError('More words than bits.');
  const bits = new Map(words.map((word, index) => [word, 1 << index]));
  return (list) => list.reduce((all, word) => all | (bits.get(word) ?? 0), 0);
};
const conditionBits = bitsOf(Condition.options);
const traitBits = bitsOf(CareTrait.options);
const activityBits = bitsOf(Activity.options);
const cultureBits = bitsOf(Culture.options);
const languageBits = bitsOf(Language.options);

/** What an offer serves and is, once for each version of it. */
export type Suit = {
  readonly conditions: number;
  readonly excluded: number;
  readonly activities: number;
  readonly cultures: number;
  readonly languages: number;
  readonly freshUntilMs: number;
};

export const suitOf = (offer: Offer): Suit => ({
  conditions: conditionBits(offer.conditionsServed),
  excluded: traitBits(offer.exclusions),
  activities: activityBits(offer.activities),
  cultures: cultureBits(offer.cultures),
  languages: languageBits(offer.languages),
  freshUntilMs: freshUntilMs(offer),
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

/**
 * A function that says until when an offer can serve what is wanted; undefined when it does not suit at all. What has not
 * been confirmed for 90 days suits nobody (R31).
 */
export const suiting = (wanted: Wanted, nowMs: number) => {
  const { highRiskActs, womanOnRequest, caregiverJoins, transport } = wanted;
  const conditions = conditionBits(wanted.conditions);
  const traits = traitBits(wanted.traits);
  const activities = activityBits(wanted.activities);
  const culture = wanted.culture === undefined ? 0 : cultureBits([wanted.culture]);
  const language = wanted.language === undefined ? 0 : languageBits([wanted.language]);
  const acts = { conditions: [], highRiskActs };
  return (offer: Offer, suit: Suit): number | undefined => {
    if ((conditions & ~suit.conditions) !== 0 || (traits & suit.excluded) !== 0) return undefined;
    if ((language & ~suit.languages) !== 0 || (culture & ~suit.cultures) !== 0) return undefined;
    if ((activities & ~suit.activities) !== 0 || suit.freshUntilMs <= nowMs) return undefined;
    if (womanOnRequest === true && !offer.womanOnRequest) return undefined;
    if (caregiverJoins === 'yes' && offer.caregiverJoins === 'no') return undefined;
    if (caregiverJoins === 'no' && offer.caregiverJoins === 'always') return undefined;
    if (transport === true && offer.transport === 'none') return undefined;
    return highRiskActs.length === 0 ? Number.POSITIVE_INFINITY : servesUntilMs(offer, acts);
  };
};
