import { AppendRefusedError, StreamDeletedError } from '@adempauze/event-store';
import { ConflictError, derivedId, UnavailableError } from '@adempauze/kernel';
import { z } from 'zod';
import { ProcessStuckError, PublicationRefusedError, UnexpectedRejectionError } from './errors.ts';
import { shapeFaultOf } from './schemas.ts';

/** Errors of our own, whose messages hold ids and codes only. */
const ours = [
  AppendRefusedError,
  ConflictError,
  ProcessStuckError,
  PublicationRefusedError,
  StreamDeletedError,
  UnavailableError,
  UnexpectedRejectionError,
];

/** A part is down or somebody was first: the same again will do, however long it takes. */
export const isPassing = (error: unknown): boolean =>
  error instanceof UnavailableError || error instanceof ConflictError;

/**
 * Why something failed, fit for a log line and for an operator: the words of our own errors, of others only their
 * kind and where they were thrown, since their words may quote a person.
 */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'something was thrown that is no error';
  if (ours.some((kind) => error instanceof kind)) return `${error.name}: ${error.message}`.slice(0, 500);
  const place = placeOf(error);
  const what = error instanceof z.core.$ZodError ? `ZodError: ${shapeFaultOf(error)}` : error.name.slice(0, 100);
  return (place === undefined ? what : `${what} at ${place}`).slice(0, 500);
};

/** The first line of the stack that is no library's: `packages/x/src/y.ts:12`. */
const placeOf = (error: Error): string | undefined => {
  const stack = error.stack ?? '';
  const frames = stack.slice(error.message === '' ? 0 : stack.indexOf(error.message) + error.message.length);
  return /\/((?:packages|services)\/[\w./-]+\.ts:\d+):\d+/.exec(frames)?.[1];
};

export type BackoffSettings = {
  /** Before the first retry, at most; it doubles with every further one up to `maxDelayMs`. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
};

/** How long to wait before the next try, 1 being the first retry. Spread by the seed, so that not all come back at once. */
export const backoffMs = ({ baseDelayMs, maxDelayMs }: BackoffSettings, retry: number, seed: string): number => {
  const whole = Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(retry - 1, 30));
  const spread = Number.parseInt(derivedId(seed, retry).slice(0, 8), 16) / 0xffff_ffff;
  return Math.ceil(whole * (0.5 + spread / 2));
};
