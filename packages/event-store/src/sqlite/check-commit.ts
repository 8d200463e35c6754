import { anyRevision, streamExists } from './protocol.ts';

/** What the decision needs to know of a stream. `last` is its last revision, -1 when it has no events. */
export type StreamHead = {
  readonly last: number;
  readonly tombstoned: boolean;
  /** It was given a retention, so it counts as existing without events. */
  readonly hasMetadata: boolean;
};

export type CommitCheck =
  | { readonly is: 'append' }
  | { readonly is: 'repeated'; readonly lastRevision: number }
  | { readonly is: 'wrong-revision' }
  | { readonly is: 'deleted' };

/**
 * KurrentDB's own decision on an append (IndexWriter.CheckCommit), without soft deletes, which the port leaves out.
 * An exact revision behind the head is compared with what stands there (strong idempotency); at the head ids are not
 * looked at; `any` and `stream_exists` look for the first id among the latest of the stream (weak idempotency).
 * @param idsFrom ids that stand at this revision and after it, at most `count`.
 * @param recentRevisionOf the latest revision that has this id, among the recent ones.
 */
export const checkCommit = (
  head: StreamHead,
  expected: number,
  ids: readonly string[],
  idsFrom: (revision: number, count: number) => readonly string[],
  recentRevisionOf: () => ReadonlyMap<string, number>,
): CommitCheck => {
  if (head.tombstoned) return { is: 'deleted' };
  if (expected === streamExists && head.last === -1 && !head.hasMetadata) return { is: 'wrong-revision' };
  if (expected === anyRevision || expected === streamExists) {
    if (head.last === -1) return { is: 'append' };
    const revisions = recentRevisionOf();
    const found = ids.map((id) => revisions.get(id));
    if (found[0] === undefined) return { is: 'append' };
    const last = found.at(-1);
    return last === undefined || found.includes(undefined)
      ? { is: 'wrong-revision' }
      : { is: 'repeated', lastRevision: last };
  }
  if (expected > head.last) return { is: 'wrong-revision' };
  if (expected === head.last) return { is: 'append' };
  const stored = idsFrom(expected + 1, ids.length);
  return ids.every((id, index) => stored[index] === id)
    ? { is: 'repeated', lastRevision: expected + ids.length }
    : { is: 'wrong-revision' };
};
