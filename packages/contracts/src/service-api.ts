import type { CallContext, Outcome } from '@adempauze/kernel';
import { z } from 'zod';

/**
 * What one service answers, as one table of operations. The same table gives the type of the implementation, its
 * routes and its client (`packages/http`), so that a caller cannot tell whether a service is in its own process.
 *
 * Whatever a schema gives must be JSON that the same schema accepts again (an instant stays an instant, a default is
 * filled once): it is parsed at the edge, and once more on the other side of the wire.
 */
export type CommandOperation<I extends z.ZodType = z.ZodType, V extends z.ZodType = z.ZodType> = {
  readonly kind: 'command';
  readonly input: I;
  readonly value: V;
};
export type QueryOperation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = {
  readonly kind: 'query';
  readonly input: I;
  readonly output: O;
};
export type Operation = CommandOperation | QueryOperation;
export type Operations = Readonly<Record<string, Operation>>;

export type ServiceApi<Ops extends Operations = Operations> = {
  /** Lower case; the first part of the path over HTTP. */
  readonly name: string;
  readonly operations: Ops;
};

/** An operation that asks for a change. `value` is what a yes hands back beside its position; usually nothing. */
export function command<I extends z.ZodType>(input: I): CommandOperation<I, z.ZodUndefined>;
export function command<I extends z.ZodType, V extends z.ZodType>(input: I, value: V): CommandOperation<I, V>;
export function command(input: z.ZodType, value: z.ZodType = z.undefined()): CommandOperation {
  return { kind: 'command', input, value };
}

/** An operation that only looks. A `find…` has an optional output. */
export const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): QueryOperation<I, O> => ({
  kind: 'query',
  input,
  output,
});

/** `const OffersApi = serviceApi('offers', { publishOffer: command(PublishOffer), findOffer: query(…, …) })` */
export const serviceApi = <Ops extends Operations>(name: string, operations: Ops): ServiceApi<Ops> => ({
  name,
  operations,
});

/** The function that an operation is, for who implements it and for who calls it alike. Both speak parsed values. */
export type FunctionOf<Op> =
  Op extends CommandOperation<infer I, infer V>
    ? (input: z.output<I>, context: CallContext) => Promise<Outcome<z.output<V>>>
    : Op extends QueryOperation<infer I, infer O>
      ? (input: z.output<I>) => Promise<z.output<O>>
      : never;

/** A service as its callers see it: `export type Offers = ServiceOf<typeof OffersApi>`. */
export type ServiceOf<A extends ServiceApi> = {
  readonly [K in keyof A['operations']]: FunctionOf<A['operations'][K]>;
};
