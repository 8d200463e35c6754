import { type Outcome, reject } from '@adempauze/kernel';
import type { InputFieldBuilder, InputFieldMap, InputObjectRef, ObjectRef } from '@pothos/core';
import { z } from 'zod';
import { type Call, callOf } from '../context.ts';
import { needsViewer, roleMay } from '../policy/guard.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { checked } from './input.ts';
import { Rejected, type Rejection } from './rejected.ts';

type Accepted<V> = { readonly position: string | undefined; readonly value: V };
type Answer<V> = Accepted<V> | Rejection;

const Key = z.object({ idempotencyKey: z.string().min(8).max(200) });

/** `XInput`: the fields of a command and its idempotency key. */
export const commandInput = <Fields extends InputFieldMap>(
  name: string,
  fields: (t: InputFieldBuilder<SchemaTypes, 'InputObject'>) => Fields,
) =>
  builder.inputType(`${name}Input`, {
    fields: (t) => ({
      idempotencyKey: t.string({
        description: '8 to 200 characters of your choice. The same key asked again is the same command.',
      }),
      ...fields(t),
    }),
  });

/**
 * A mutation: `input` in, `XAccepted { <entity>, position }` or `Rejected` out. `run` says yes or no; whether this role
 * may ask at all is settled here, by the access table.
 */
export const commandMutation = <I extends { idempotencyKey: string }, V, E>(
  name: string,
  options: {
    readonly description: string;
    readonly input: InputObjectRef<SchemaTypes, I>;
    /** The field that holds what the command is about, its type, and how it is had from the answer. */
    readonly answers: {
      readonly field: string;
      readonly type: ObjectRef<SchemaTypes, E> | [ObjectRef<SchemaTypes, E>];
    };
    readonly run: (input: I, call: Call) => Promise<Outcome<V>>;
  },
): void => {
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  const Yes = builder.objectRef<Accepted<V>>(`${capital}Accepted`).implement({
    fields: (t) => ({
      [options.answers.field]: t.field({ type: options.answers.type as never, resolve: (it) => it.value as never }),
      position: t.string({
        nullable: true,
        description: 'Place in the log. Lists take it as `waitFor`, so that they show this change.',
        resolve: (it) => it.position,
      }),
    }),
  });
  const Result = builder.unionType(`${capital}Result`, {
    types: [Yes, Rejected],
    resolveType: (answer) => ('code' in answer ? Rejected : Yes),
  });
  builder.mutationField(name, (t) =>
    t.field({
      type: Result,
      // So that one that fails leaves the answers of the others in the same document.
      nullable: true,
      description: options.description,
      args: { input: t.arg({ type: options.input }) },
      async resolve(_root, args, context): Promise<Answer<V>> {
        const { input } = args as { input: I };
        const viewer = needsViewer(context);
        if (!roleMay('Mutation', name, viewer.role)) return reject('not-allowed').rejection;
        const { idempotencyKey } = checked(Key, { idempotencyKey: input.idempotencyKey });
        const outcome = await options.run(input, callOf(context, viewer, name, idempotencyKey));
        // What is asked of the answer is looked up after the change.
        context.forget();
        return outcome.accepted ? { position: outcome.position, value: outcome.value } : outcome.rejection;
      },
    }),
  );
};
