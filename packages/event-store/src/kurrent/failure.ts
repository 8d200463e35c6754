import { UnavailableError } from '@adempauze/kernel';
import { AccessDeniedError, convertToCommandError, NotLeaderError } from '@eventstore/db-client';
import { StoreOpenError, StreamDeletedError } from '../errors.ts';

export type Endpoint = { readonly address: string; readonly port: number };

/**
 * `lost`: the link broke, so another may work at once. `not-leader`: another node is meant. `silent`: nothing at all came
 * over the link in time. `slow`: others were answered meanwhile. `busy`: the server itself asks to come again.
 */
export type FailureKind = 'lost' | 'not-leader' | 'silent' | 'slow' | 'busy';

/** The link to the server, not the request, is what failed. */
export class LinkFailure extends UnavailableError {
  override readonly name = 'UnavailableError';
  readonly kind: FailureKind;
  readonly leader: Endpoint | undefined;
  constructor(kind: FailureKind, message: string, options: ErrorOptions & { readonly leader?: Endpoint } = {}) {
    super(message, 1000, options);
    this.kind = kind;
    this.leader = options.leader;
  }
}

/** gRPC codes that say that the request itself cannot be answered: 3 invalid argument, 11 out of range. */
const refusedCodes: readonly unknown[] = [3, 11];

/** What the client or gRPC threw, as what the port throws. Messages never hold the connection string. */
export const failureOf = (thrown: unknown, stream = ''): Error => {
  if (!(thrown instanceof Error) || thrown instanceof LinkFailure) return asError(thrown);
  const error: unknown = convertToCommandError(thrown);
  if (error instanceof NotLeaderError) {
    return new LinkFailure('not-leader', 'This server is not the leader.', { cause: thrown, leader: error.leader });
  }
  if (hasType(error, 'stream-deleted')) return new StreamDeletedError(stream);
  if (error instanceof AccessDeniedError) {
    return new StoreOpenError('KurrentDB refuses these credentials.', { cause: thrown });
  }
  const code = 'code' in thrown ? thrown.code : undefined;
  if (refusedCodes.includes(code) || /invalid position/i.test(thrown.message)) {
    return new RangeError('KurrentDB refuses this position.', { cause: thrown });
  }
  return new LinkFailure('lost', 'The link to KurrentDB failed.', { cause: thrown });
};

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

const hasType = (error: unknown, type: string): boolean =>
  error instanceof Error && 'type' in error && error.type === type;
