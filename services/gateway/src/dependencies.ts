import type { Bookings, Invoicing, Matching, Offers } from '@adempauze/contracts';
import type { Correlation, Health, Log, Metrics } from '@adempauze/http';
import type { Clock, Instant } from '@adempauze/kernel';
import type { Places } from '@adempauze/places';
import type { Express } from 'express';
import type { Role } from './policy/roles.ts';
import type { SharedSignIn } from './sign-in/shared.ts';

/** Everything that the gateway needs; it makes nothing of this itself. */
export type GatewayDependencies = {
  readonly offers: Offers;
  readonly bookings: Bookings;
  readonly matching: Matching;
  readonly invoicing: Invoicing;
  readonly places: Places;
  readonly operations: Operations;
  /** The marketplace's time: `now`, and the moment that a command carries is the service's own. */
  readonly clock: Clock;
  /** Real time in epoch milliseconds: tokens expire by it, also in a demonstration whose clock was moved. */
  readonly realNowMs: () => number;
  /** New ids for what nobody chose: correlation ids. */
  readonly ids: () => string;
  /** For the secrets in addresses of calendar feeds; `randomBytes` of `node:crypto` anywhere but in a simulation. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly auth: AuthSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly correlation: Correlation;
  /** With the checks of the whole process; its routes are served here. */
  readonly health: Health;
  readonly settings: GatewaySettings;
  /** Only in the demonstration: the operator may move the clock forward. */
  readonly demonstration?: Demonstration | undefined;
};

/** Who signs people in: the embedded provider for development (loopback only), or any other by configuration. */
export type AuthSettings =
  | {
      readonly kind: 'embedded';
      readonly accounts: readonly DemonstrationAccount[];
      /**
       * Where the signing keys are kept, so that tokens outlive a restart; `:memory:` makes new ones every time. Or what
       * several gateways share: keys, and what each has in hand.
       */
      readonly folder: string | SharedSignIn;
    }
  | {
      readonly kind: 'issuer';
      /** As it stands in `iss`; its `/.well-known/openid-configuration` is read on first use. */
      readonly issuerUrl: string;
      /** As it stands in `aud`. */
      readonly audience: string;
      /** Names of the claims that hold the role and the organisation. */
      readonly claims: { readonly role: string; readonly organisation: string };
    };

/** Somebody who can sign in without a password. `organisation`: provider id, municipality code or insurer id. */
export type DemonstrationAccount = {
  readonly account: string;
  readonly name: string;
  readonly role: Role;
  readonly organisation?: string | undefined;
  /** One sentence: what to try as this person. */
  readonly note: string;
};

export type GatewaySettings = {
  /** Where people reach us, without a slash behind it: `http://127.0.0.1:4000`. Known before `createGateway`. */
  readonly origin: string;
  /** The address the server listens on; the embedded sign-in refuses anything but loopback. */
  readonly host: string;
  readonly limits: GatewayLimits;
};

/** Bounds on one request. `defaultLimits` is what fits the screens and the scenarios. */
export type GatewayLimits = {
  readonly depth: number;
  /** Weighted number of fields, lists counted by the size asked for. */
  readonly cost: number;
  /** Times that one response name may be given by alias in an operation, and root fields in it. */
  readonly aliases: number;
  readonly rootFields: number;
  readonly tokens: number;
  readonly bodyBytes: number;
  readonly timeoutMs: number;
  /** Live updates open at once per account. */
  readonly streamsPerAccount: number;
};

export const defaultLimits: GatewayLimits = {
  depth: 12,
  cost: 20_000,
  aliases: 20,
  rootFields: 20,
  tokens: 2_000,
  bodyBytes: 100_000,
  timeoutMs: 10_000,
  streamsPerAccount: 20,
};

/** Moves the marketplace's clock; only ever called with a later moment. Resolves when what was due has been done. */
export type Demonstration = { readonly moveClock: (to: Instant) => Promise<void> | void };

/** A message that a consumer could not handle. `id` is unique over all consumers; no personal data. */
export type ParkedItem = {
  readonly id: string;
  readonly consumer: string;
  /** Stream or subject that waits behind it. */
  readonly key: string;
  readonly type: string;
  readonly reason: string;
  readonly parkedAt: Instant;
  readonly attempts: number;
};

/** What an operator did with a parked message, as the log has it. */
export type OperatorAction = {
  readonly action: 'replayed' | 'discarded';
  /** As in `ParkedItem`. */
  readonly messageId: string;
  readonly consumer: string;
  readonly key: string;
  readonly type: string;
  /** Why it was discarded, in the operator's words; of a replay why it had been parked. */
  readonly reason: string;
  readonly at: Instant;
  /** An opaque account id. */
  readonly by: string;
};

type PageOptions = { readonly first: number; readonly after?: string | undefined };
/** `missing`: services that cannot be asked now, so that what they have is not in the list. */
export type OperationsPage<T> = {
  readonly items: readonly { readonly cursor: string; readonly item: T }[];
  readonly hasMore: boolean;
  readonly missing?: readonly string[];
};

/** What an operator can see and do, over all consumers of all services. `by` is an opaque account id. */
export type Operations = {
  listParked(options: PageOptions): Promise<OperationsPage<ParkedItem>>;
  /** The latest first. */
  listActions(options: PageOptions): Promise<OperationsPage<OperatorAction>>;
  /** Undefined: no such message waits. @throws UnavailableError while nobody can do it. */
  replayParked(
    id: string,
    by: string,
  ): Promise<{ readonly replayed: number; readonly left: number; readonly failure: string | undefined } | undefined>;
  /** False: no such message waits. @throws UnavailableError while nobody can do it. */
  discardParked(id: string, by: string, reason: string): Promise<boolean>;
  /** Readiness by check. */
  status(): Promise<Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>>;
};

export type Gateway = {
  /**
   * The whole door, with correlation ids, health and metrics in it: hand it to `listen` as it is, or call it from a
   * server that listens already (the origin must be known first).
   */
  readonly app: Express;
  /** Ends live updates and what runs by timer. Requests under way may finish. */
  close(): Promise<void>;
};
