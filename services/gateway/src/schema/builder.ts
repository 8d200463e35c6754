import { Month } from '@adempauze/contracts';
import { Day, Instant } from '@adempauze/kernel';
import SchemaBuilder from '@pothos/core';
import { GraphQLError } from 'graphql';
import type { z } from 'zod';
import type { Context } from '../context.ts';

type UserTypes = {
  Context: Context;
  DefaultFieldNullability: false;
  DefaultInputFieldRequiredness: true;
  Scalars: {
    ID: { Input: string; Output: string };
    Instant: { Input: Instant; Output: Instant };
    Day: { Input: Day; Output: Day };
    Month: { Input: Month; Output: Month };
  };
};

/** Every concept adds its types and fields to this one; `schema.ts` turns it into the schema. */
export const builder = new SchemaBuilder<UserTypes>({
  plugins: [],
  defaultFieldNullability: false,
  defaultInputFieldRequiredness: true,
});

/** The builder's own types, for functions that make types and fields for others. */
export type SchemaTypes = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

builder.queryType({ description: 'What can be seen. What is not yours looks as if it were not there.' });
builder.mutationType({ description: 'What can be done. A no is an answer (`Rejected`), not an error.' });
builder.subscriptionType({ description: 'What changes while you look, over server-sent events.' });

/** Text with a shape, and the shape is the contract's. What was sent is never repeated in an error. */
const parserOf =
  <S extends z.ZodType>(schema: S, description: string) =>
  (value: unknown): z.output<S> => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new GraphQLError(description, { extensions: { code: 'BAD_USER_INPUT' } });
    return parsed.data;
  };
const instant = 'A moment in UTC, such as 2027-05-02T21:59:59Z.';
builder.scalarType('Instant', { description: instant, serialize: (it) => it, parseValue: parserOf(Instant, instant) });
const day = 'A calendar day in the Netherlands, such as 2027-05-03.';
builder.scalarType('Day', { description: day, serialize: (it) => it, parseValue: parserOf(Day, day) });
const month = 'A calendar month, such as 2027-05.';
builder.scalarType('Month', { description: month, serialize: (it) => it, parseValue: parserOf(Month, month) });
