import type { FieldProblem } from '@adempauze/http';
import {
  coerceInputValue,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import { badInputs } from '../schema/input.ts';

/**
 * What is wrong with the variables, by JSON pointer; GraphQL's own messages repeat the values, so only their kind is
 * told. Asked after an executor has refused them: most requests never come here.
 */
export const badVariables = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
) => {
  const problems: FieldProblem[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) continue;
    const name = definition.variable.name.value;
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (given === undefined || given === null) {
      if (isNonNullType(type) && !definition.defaultValue)
        problems.push({ pointer: `#/${name}`, detail: 'Is missing.' });
      continue;
    }
    coerceInputValue(given, type, (path, _value, error) => {
      if (problems.length < 20)
        problems.push({ pointer: ['#', name, ...path].join('/'), detail: detailOf(error.message) });
    });
  }
  return badInputs(problems);
};

const detailOf = (message: string): string => {
  const missing = /^Field "(\w+)" of required type "([\w[\]!]+)" was not provided/.exec(message);
  if (missing) return `The field ${missing[1]} is missing.`;
  if (/^Field "[^"]*" is not defined by type/.test(message)) return 'A field here is not known.';
  const notNull = /^Expected non-nullable type "([\w[\]!]+)" not to be null/.exec(message);
  if (notNull) return 'May not be null.';
  const expected = /^Expected type "([\w[\]!]+)"/.exec(message) ?? /in "(\w+)" enum/.exec(message);
  if (expected) return `Expected ${expected[1]}.`;
  const scalar = /^(Int|Float|String|ID|Boolean|Enum "\w+") cannot represent/.exec(message);
  if (scalar) return `Expected ${scalar[1]}.`;
  return message.startsWith('A ') ? message.slice(0, 100) : 'Has the wrong type.';
};
