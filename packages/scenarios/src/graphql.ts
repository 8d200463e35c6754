import type { Sentence } from '@adempauze/kernel';
import { z } from 'zod';

/** A document, and how what comes out is checked. */
export type Operation<Variables extends object, Data> = {
  readonly name: string;
  readonly document: string;
  readonly decode: (data: unknown) => Data;
  /** There for its type only: what goes in. */
  readonly variables?: Variables;
};

export type Rejection = {
  readonly code: string;
  readonly message: Sentence;
  readonly facts: Readonly<Record<string, string>>;
};

/** What a mutation answers: yes with what came of it, or no with the reason. */
export type Outcome<V> =
  | { readonly accepted: true; readonly value: V; readonly position: string | null }
  | { readonly accepted: false; readonly rejection: Rejection };

/** A document with one root field, named `field` in the answer, and the shape of that field. */
export const query = <Variables extends object, V extends z.ZodType>(
  field: string,
  document: string,
  shape: V,
): Operation<Variables, z.output<V>> => ({
  name: field,
  document,
  decode: (data) => shape.parse(z.record(z.string(), z.unknown()).parse(data)[field]),
});

const Rejected = z.object({
  code: z.string(),
  nl: z.string(),
  en: z.string(),
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
});
const Accepted = z.object({ value: z.unknown(), position: z.string().nullable() });
const Answered = z.object({ answer: z.union([Rejected, Accepted]) });

/**
 * A mutation of the house: one `input` with an idempotency key, answered by `XAccepted` with one field, or by
 * `Rejected`. `selection` is what is asked of that field.
 */
export const mutation = <Input extends object, V extends z.ZodType>(
  name: string,
  field: string,
  selection: string,
  shape: V,
): Operation<{ readonly input: Input & { readonly idempotencyKey: string } }, Outcome<z.output<V>>> => {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  return {
    name,
    document:
      `mutation ${type}($input: ${type}Input!) { answer: ${name}(input: $input) { ` +
      `... on ${type}Accepted { value: ${field} ${selection} position } ` +
      '... on Rejected { code nl: message(language: nl) en: message(language: en) facts { name value } } } }',
    decode(data) {
      const { answer } = Answered.parse(data);
      if ('value' in answer) return { accepted: true, value: shape.parse(answer.value), position: answer.position };
      const { code, nl, en, facts } = answer;
      const named = Object.fromEntries(facts.map((it) => [it.name, it.value]));
      return { accepted: false, rejection: { code, message: { nl, en }, facts: named } };
    },
  };
};
