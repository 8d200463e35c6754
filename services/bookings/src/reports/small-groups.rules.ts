import { type ReportCount, smallestGroup } from '@adempauze/contracts';

/*
 * With few enough people in it, a figure is about somebody: "one person in this village waited for a night nurse" names
 * them to their neighbours. So what is about fewer than five households is not told as a number.
 */

/** Nought is nobody, and may be told. `households`: of how many the figure is, if that is known. */
export const countOf = (value: number, households: number, showSmallGroups: boolean): ReportCount => {
  const isSmall = value > 0 && Math.min(value, households) < smallestGroup;
  return isSmall && !showSmallGroups ? { value: null, fewerThan: smallestGroup } : { value, fewerThan: null };
};
