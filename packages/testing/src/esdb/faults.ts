/**
 * What can go wrong with an append. `lost-before`: the stream of appends breaks, nothing was written. `lost-after`:
 * written, then it breaks. `silent-before` and `silent-after`: no answer ever. `ended-after`: written, then the server
 * ends the stream politely and without an answer. `timeout`, `busy`, `unheard-of`: the server's own answers, nothing
 * was written.
 */
export type AppendFault =
  | 'lost-before'
  | 'lost-after'
  | 'silent-before'
  | 'silent-after'
  | 'ended-after'
  | 'timeout'
  | 'busy'
  | 'unheard-of';

export type Faults = {
  /** The next appends meet these, one each, in this order. */
  nextAppends(...faults: readonly AppendFault[]): void;
  /** So many next reads (not subscriptions) are never answered. */
  silenceReads(count: number): void;
  /** Subscriptions bring nothing more and do not end, until they are opened anew. */
  stallSubscriptions(): void;
  /** Ends every subscription: with an error of the server, or politely. */
  dropSubscriptions(how: 'error' | 'end'): void;
  /** Ends the streams of appends politely. */
  endAppendStreams(): void;
  /** The server takes calls and answers nothing at all, until told otherwise. */
  freeze(frozen: boolean): void;
};
