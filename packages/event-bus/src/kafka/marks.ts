import type { Position } from '@adempauze/event-store';

/** Whatever of a partition stands before `offset` has this sequence or an earlier one. */
export type Mark = { readonly offset: number; readonly sequence: Position };

/** As many as fit in what Kafka keeps beside a committed offset, 4 KiB. */
const marksLimit = 32;

/** Adds one at the end. When there are too many, every other one of the older half goes: the past gets coarser. */
export const withMark = (marks: readonly Mark[], mark: Mark): Mark[] => {
  const last = marks.at(-1);
  if (last && (mark.sequence <= last.sequence || mark.offset <= last.offset)) return [...marks];
  const all = [...marks, mark];
  if (all.length <= marksLimit) return all;
  return all.filter((_, index) => index >= marksLimit / 2 || index % 2 === 1);
};

/** Where to begin reading for somebody who has had everything up to `had`: at the start when nobody knows better. */
export const offsetAfter = (marks: readonly Mark[], had: Position | undefined): number =>
  had === undefined ? 0 : (marks.findLast(({ sequence }) => sequence <= had)?.offset ?? 0);

export const encodeMarks = (epoch: string, marks: readonly Mark[]): string =>
  [epoch, ...marks.map(({ offset, sequence }) => `${offset}:${sequence}`)].join(' ');

/** None for those of another log, or of anything that cannot be read. */
export const decodeMarks = (epoch: string, text: string | null): Mark[] => {
  const [of, ...marks] = (text ?? '').split(' ');
  if (of !== epoch) return [];
  return marks.flatMap((it) => {
    const [offset = '', sequence = ''] = it.split(':');
    return /^\d+$/.test(offset) && sequence !== '' ? [{ offset: Number(offset), sequence }] : [];
  });
};
