import type { ProblemCode } from '@adempauze/contracts';
import { type CallContext, derivedId, type Outcome } from '@adempauze/kernel';
import type { GatewayDependencies } from './dependencies.ts';
import type { CalendarLinks } from './feeds/links.ts';
import type { Streams } from './graphql/streams.ts';
import type { Viewer } from './policy/roles.ts';

export type Services = Pick<
  GatewayDependencies,
  'offers' | 'bookings' | 'matching' | 'invoicing' | 'places' | 'operations' | 'clock' | 'demonstration'
> & { readonly calendarLinks: CalendarLinks };

/** What every resolver is given: who asks, the thread of the request, and the services. */
export type Context = {
  readonly viewer: Viewer | undefined;
  readonly correlationId: string;
  /** What was looked up by id is not looked up again, until `forget`. */
  readonly services: Services;
  readonly forget: () => void;
  /** Whether the token that came with the request still counts; asked for every event of a live update. */
  readonly isSignedIn: () => boolean;
  readonly streams: Streams;
};

/** A command in the making: who asks, and the ids that everything it causes is derived from. */
export type Call = {
  readonly viewer: Viewer;
  readonly call: CallContext;
  readonly services: Services;
  /** The id of something new: the caller's choice, or one that a repeat with the same key gives again. */
  readonly newId: (type: string) => string;
};

/** The key is hashed together with account and mutation, so that no account can hit on another's command. */
export const callOf = (context: Context, viewer: Viewer, mutation: string, idempotencyKey: string): Call => {
  const commandId = derivedId('command', viewer.accountId, mutation, idempotencyKey);
  return {
    viewer,
    services: context.services,
    call: { commandId, correlationId: context.correlationId, actor: viewer.accountId },
    newId: (type) => derivedId(type, commandId),
  };
};

/** No, said by the door itself; the same as if the thing were not there. */
export const refuse = (code: ProblemCode): Promise<Outcome<never>> =>
  Promise.resolve({ accepted: false, rejection: { code, facts: {} } });
