import type { JsonObject, RecordedEvent } from '@adempauze/event-store';

/** An event of the log, as a check reads it: ids, moments and amounts stand in the clear, people are sealed. */
export type Fact = Pick<RecordedEvent, 'stream' | 'revision' | 'position' | 'id' | 'type' | 'data' | 'metadata'>;

export type Operation =
  | 'registerProvider'
  | 'publishOffer'
  | 'openResource'
  | 'publishTimes'
  | 'registerHelper'
  | 'publishScheme'
  | 'grantSchemeMandate'
  | 'awardScheme'
  | 'openBudget'
  | 'spendBudget'
  | 'registerHousehold'
  | 'requestBooking'
  | 'confirmBooking'
  | 'acceptBooking'
  | 'declineBooking'
  | 'cancelBooking'
  | 'recordDelivery'
  | 'proposeHelper'
  | 'approveHelper'
  | 'answerProposal'
  | 'withdrawOffer'
  | 'changeTariff'
  | 'billMonth'
  | 'forgetPerson';

/**
 * What one command was told in the end. `accepted` and `refused` are definite; `unknown`: it was sent, no answer came,
 * and it was never asked again. Raw ids, as they stand in stream names.
 */
export type Told = {
  readonly key: string;
  readonly operation: Operation;
  /** The aggregate that the command is about. */
  readonly about: string;
  /** What the command made there: a spend, a delivery, the helper asked, or the answer given. */
  readonly detail?: string | undefined;
  readonly amountCents?: number | undefined;
  readonly answer: 'accepted' | 'refused' | 'unknown';
  /** Status of the booking or match in the last answer, as GraphQL spells it; the code of a refusal. */
  readonly status?: string | undefined;
  /** The code of a refusal that came when it was asked again after a yes. */
  readonly thenRefused?: string | undefined;
  /** How often it was sent. */
  readonly sent: number;
};

export type History = { readonly told: readonly Told[]; readonly log: readonly Fact[] };

/** A field of an event as text; the empty string when it is not there. */
export const text = ({ data }: { readonly data: JsonObject }, field: string): string => {
  const value = data[field];
  return typeof value === 'string' ? value : '';
};

/** A field of an event as a number; 0 when it is not there. */
export const count = ({ data }: { readonly data: JsonObject }, field: string): number => {
  const value = data[field];
  return typeof value === 'number' ? value : 0;
};

/** A field of an event that is an object; empty when it is not there. */
export const object = ({ data }: { readonly data: JsonObject }, field: string): { readonly data: JsonObject } => {
  const value = data[field];
  return { data: isObject(value) ? value : {} };
};

/** A field of an event that is a list of objects. */
export const objects = ({ data }: { readonly data: JsonObject }, field: string): { readonly data: JsonObject }[] => {
  const value = data[field];
  return Array.isArray(value) ? value.filter(isObject).map((it) => ({ data: it })) : [];
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The events by stream, each in order. */
export const byStream = (log: readonly Fact[]): ReadonlyMap<string, readonly Fact[]> =>
  Map.groupBy(log, ({ stream }) => stream);

/** The streams of one category with their events. */
export const ofCategory = (log: readonly Fact[], category: string): (readonly [string, readonly Fact[]])[] => [
  ...byStream(log.filter(({ stream }) => stream.startsWith(`${category}-`))),
];
