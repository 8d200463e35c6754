import type { Candidate, HelperId } from '@adempauze/contracts';
import type { Fit } from '../helper/availability.rules.ts';

/** Journeys within this band are equally near, so that language and fair turns decide between them. Kilometres, chosen. */
export const nearBandKm = 5;
/** Up to here a helper is called near. Kilometres, chosen. */
export const nearKm = 10;

/** What is known of one helper for one request. */
export type CandidateFacts = {
  readonly helperId: HelperId;
  /** Undefined when it is not known where the family's municipality is. */
  readonly travelKm: number | undefined;
  readonly timesWithHousehold: number;
  readonly fit: Fit;
  readonly speaksLanguage: boolean;
  /** What the family wishes beside (R53); false when nothing was wished. */
  readonly knowsCulture?: boolean;
  readonly isWoman?: boolean;
  readonly saidNo: boolean;
  /** The family would rather have somebody else. */
  readonly notWanted?: boolean;
  /** When they were last asked, for whatever family; empty: never. */
  readonly askedAt: string;
};

/** Nobody but whom the recipient knows, as long as one of them can come (R08). */
export const knownFirst = (facts: readonly CandidateFacts[]): readonly CandidateFacts[] => {
  const known = facts.filter(({ timesWithHousehold }) => timesWithHousehold > 0);
  return known.some(canCome) ? known : facts;
};

export type Ranked = Omit<Candidate, 'name'>;

const isAvailable = ({ withinWindows, free }: Fit): boolean => withinWindows && free;
const canCome = ({ fit, saidNo, notWanted = false }: CandidateFacts): boolean =>
  isAvailable(fit) && fit.hasRoom && !saidNo && !notWanted;

/**
 * Best first, and the same facts always give the same order: who can come before who cannot; then the familiar face,
 * most visits first (R14); a woman where that is wished; the shorter journey, in bands; who speaks the family's
 * language; who knows its culture (R53); who was asked least recently, so that no one is asked again and again (R39). What is left is settled by the kilometre and the id.
 */
export const rankCandidates = (facts: readonly CandidateFacts[]): Ranked[] => {
  const able = facts.filter(canCome);
  const leastRecently = able.reduce<string | undefined>(
    (least, { askedAt }) => (least === undefined || askedAt < least ? askedAt : least),
    undefined,
  );
  return facts.toSorted(byRank).map((it) => ({
    helperId: it.helperId,
    travelKm: it.travelKm ?? 0,
    timesWithHousehold: it.timesWithHousehold,
    available: isAvailable(it.fit),
    hoursThatWeek: it.fit.hoursThatWeek,
    reasons: reasonsOf(it, leastRecently),
  }));
};

const band = (km = 0): number => Math.floor(km / nearBandKm);

const count = (it = false): number => Number(it);

const byRank = (a: CandidateFacts, b: CandidateFacts): number =>
  Number(canCome(b)) - Number(canCome(a)) ||
  b.timesWithHousehold - a.timesWithHousehold ||
  count(b.isWoman) - count(a.isWoman) ||
  band(a.travelKm) - band(b.travelKm) ||
  count(b.speaksLanguage) - count(a.speaksLanguage) ||
  count(b.knowsCulture) - count(a.knowsCulture) ||
  compareText(a.askedAt, b.askedAt) ||
  (a.travelKm ?? 0) - (b.travelKm ?? 0) ||
  compareText(a.helperId, b.helperId);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** First why a helper cannot come, then what speaks for them, in the order of the rank. */
const reasonsOf = (it: CandidateFacts, leastRecently: string | undefined): Ranked['reasons'] => {
  const reasons: Ranked['reasons'] = [];
  if (it.saidNo) reasons.push('said-no');
  if (it.notWanted) reasons.push('family-said-no');
  if (!isAvailable(it.fit)) reasons.push('not-available');
  if (!it.fit.hasRoom) reasons.push('at-maximum');
  if (it.timesWithHousehold > 0) reasons.push('familiar-face');
  if (it.fit.hasRoom) reasons.push('has-room');
  if (it.travelKm !== undefined && it.travelKm <= nearKm) reasons.push('near');
  if (it.isWoman) reasons.push('woman');
  if (it.speaksLanguage) reasons.push('speaks-language');
  if (it.knowsCulture) reasons.push('knows-culture');
  if (canCome(it) && it.askedAt === leastRecently) reasons.push('asked-least-recently');
  return reasons;
};
