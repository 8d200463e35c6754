/**
 * The two failures that every part of the house knows by name. A rule that says no is no failure: it is a returned
 * rejection. Anything else that is thrown means that we are wrong.
 */

/** Somebody was first, and deciding again did not help. */
export class ConflictError extends Error {
  override readonly name: string = 'ConflictError';
}

/** A part is down, slow or closing. Nothing was done, or it is safe to ask the same thing again. */
export class UnavailableError extends Error {
  override readonly name: string = 'UnavailableError';
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs = 1000, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a person reads, in the two languages of the house. */
export type Sentence = { readonly nl: string; readonly en: string };

/** The process cannot start and a person can do something about it: one sentence that says what, and no stack. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
  readonly sentence: Sentence;
  constructor(sentence: Sentence, options?: ErrorOptions) {
    super(sentence.en, options);
    this.sentence = sentence;
  }
}
