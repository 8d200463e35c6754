import { type FieldProblem, fieldProblems } from '@adempauze/http';
import { GraphQLError } from 'graphql';
import { z } from 'zod';

/** The input has the wrong shape. Says where and what was expected, and never what was sent. */
export const badInputs = (errors: readonly FieldProblem[]): GraphQLError =>
  new GraphQLError('Some of what was sent has the wrong shape.', {
    extensions: { code: 'BAD_USER_INPUT', errors: errors.slice(0, 20) },
  });
export const badInput = (pointer: string, detail: string): GraphQLError => badInputs([{ pointer, detail }]);

/** Text that nobody types: control characters other than a line's end or a tab, and halves of characters. */
const isPlain = (text: string): boolean => text.isWellFormed() && !/[^\P{Cc}\t\n\r]/u.test(text);

const findUnplain = (value: unknown, pointer: string): string | undefined => {
  if (typeof value === 'string') return isPlain(value) ? undefined : pointer;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = findUnplain(inner, `${pointer}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** What GraphQL gives for a field that was left out or sent as null, the contract wants absent. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== null && inner !== undefined) kept[key] = withoutNulls(inner);
  }
  return kept;
};

/**
 * The edge: what came in, checked and filled with defaults by the contract's schema.
 * @throws GraphQLError BAD_USER_INPUT with a pointer for each field that is wrong.
 */
export const checked = <S extends z.ZodType>(schema: S, value: unknown, at = '#/input'): z.output<S> => {
  const clean = withoutNulls(value);
  const unplain = findUnplain(clean, at);
  if (unplain !== undefined) throw badInput(unplain, 'This text has characters that are not allowed.');
  const parsed = schema.safeParse(clean);
  if (parsed.success) return parsed.data;
  throw badInputs(fieldProblems(parsed.error).map((it) => ({ ...it, pointer: it.pointer.replace('#', at) })));
};

const WaitFor = z.string().max(100);
/** A position to wait for, as a service takes it: nothing when none was given. */
export const waiting = (waitFor: string | null | undefined): { waitFor?: string } =>
  waitFor ? { waitFor: checked(WaitFor, waitFor, '#/waitFor') } : {};
