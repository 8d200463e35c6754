import { ConflictError, UnavailableError } from '@adempauze/kernel';
import type { Expected } from './port.ts';

/** Somebody wrote to the stream since it was read. */
export class WrongRevisionError extends ConflictError {
  override readonly name = 'WrongRevisionError';
  readonly stream: string;
  readonly expected: Expected;
  readonly actual: number | 'no_stream';
  constructor(stream: string, expected: Expected, actual: number | 'no_stream') {
    super(`Stream ${stream} is at ${actual}, not at ${expected}.`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** The stream was tombstoned: gone for good. */
export class StreamDeletedError extends Error {
  override readonly name = 'StreamDeletedError';
  readonly stream: string;
  constructor(stream: string) {
    super(`Stream ${stream} is deleted.`);
    this.stream = stream;
  }
}

/** The append breaks a limit or a name rule; retrying cannot help. */
export class AppendRefusedError extends Error {
  override readonly name = 'AppendRefusedError';
}

/** It may or may not have been written: retry the identical append, same ids, same expected revision. */
export class OutcomeUnknownError extends UnavailableError {
  override readonly name = 'OutcomeUnknownError';
}

/** The log cannot be opened: in use by another process, damaged, of another program or version, or an unwritable folder. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
}
