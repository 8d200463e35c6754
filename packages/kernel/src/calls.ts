import { z } from 'zod';

/** Who asks, as far as services need to know: an opaque account id for the record, never a name. */
export const CallContext = z.strictObject({
  /** The caller's idempotency key; the same key is the same command, however often it comes. */
  commandId: z.string().min(8).max(200),
  /** From the request at the door to the last event that it caused. */
  correlationId: z.string().max(100),
  /** Opaque account id, or the name of the process that acts by itself. */
  actor: z.string().max(100),
  /** The event that caused this command, when a process sends it. */
  causationId: z.string().max(100).optional(),
});
export type CallContext = z.infer<typeof CallContext>;

/** What a command answers: yes, with the place in the log to wait for; or no, with a reason. */
export type Outcome<V = undefined> =
  | { readonly accepted: true; readonly position: string | undefined; readonly value: V }
  | {
      readonly accepted: false;
      readonly rejection: { readonly code: string; readonly facts: Readonly<Record<string, string | number>> };
    };

/** The marketplace's time. Passed in from the composition root; nothing below it asks the machine. */
export type Clock = () => import('./time.ts').Instant;
