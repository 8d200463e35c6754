import type { Log } from '@adempauze/http';
import {
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Context } from '../context.ts';
import type { GatewayLimits } from '../dependencies.ts';
import type { Documents, Prepared } from './documents.ts';
import { formatErrors } from './errors.ts';
import { badVariables } from './variables.ts';

type Variables = Readonly<Record<string, unknown>>;

export type Asked = {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
};
export type Answer = { readonly data?: unknown; readonly errors?: readonly GraphQLFormattedError[] };

/** Runs one query or mutation within the limits; never throws, and never says more than the outside may know. */
export type Executor = (asked: Asked, context: Context) => Promise<Answer>;

export const createExecutor = ({
  schema,
  documents,
  limits,
  log,
}: {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly limits: GatewayLimits;
  readonly log: Log;
}): Executor => {
  /** Compiled once it was asked often enough; a document that will not compile is run as it is. */
  const compiledOf = (prepared: Prepared, name: string): CompiledQuery | undefined => {
    const runs = prepared.runs.get(name) ?? { asked: 0, compiled: undefined };
    prepared.runs.set(name, runs);
    runs.asked += 1;
    if (runs.asked === worthCompiling) {
      const compiled = compileQuery(schema, prepared.document, name || undefined);
      if (isCompiledQuery(compiled)) runs.compiled = compiled;
    }
    return runs.compiled;
  };

  const isCompiled = (prepared: Prepared, operation: OperationDefinitionNode): boolean =>
    prepared.runs.get(operation.name?.value ?? '')?.compiled !== undefined;

  /** @throws GraphQLError that says what is wrong with them, and never what was sent. */
  const check = (operation: OperationDefinitionNode, variables: Variables): void => {
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, tenErrors);
    if (errors) throw badVariables(schema, operation, variables);
  };

  const run = (prepared: Prepared, operation: OperationDefinitionNode, variables: Variables, contextValue: Context) => {
    const name = operation.name?.value ?? '';
    const compiled = compiledOf(prepared, name);
    if (compiled) return compiled.query(undefined, contextValue, variables);
    const { document } = prepared;
    return execute({ schema, document, operationName: name || null, variableValues: variables, contextValue });
  };

  return async (asked, context) => {
    const { correlationId } = context;
    try {
      const prepared = documents.prepare(asked.query);
      const operation = documents.admit(prepared, asked.operationName, asked.variables);
      if (operation.operation === 'subscription') {
        throw new GraphQLError('Live updates come over server-sent events: ask with `Accept: text/event-stream`.', {
          extensions: { code: 'BAD_REQUEST' },
        });
      }
      // Whatever executes only ever sees variables of the right shape. What was compiled checks them itself, and is only
      // asked here when it refused, or when there are so many that its list of what is wrong could become long.
      const checksItself = isCompiled(prepared, operation) && areFew(asked.variables);
      if (!checksItself) check(operation, asked.variables);
      const result = await within(limits.timeoutMs, run(prepared, operation, asked.variables, context));
      if (checksItself && result.data === undefined) check(operation, asked.variables);
      if (!result.errors) return { data: result.data };
      const errors = result.errors.flatMap((it) => formatErrors(it, { log, correlationId }));
      return { data: result.data, errors };
    } catch (error) {
      return { errors: formatErrors(error, { log, correlationId }) };
    }
  };
};

/**
 * Compiling costs some milliseconds and pays back three to six times over; a text that came once, as hostile ones do,
 * never gets there.
 */
const worthCompiling = 3;
const tenErrors = { maxErrors: 10 };

const few = 100;
/** Fewer values than `few`, at any depth. */
const areFew = (variables: Variables): boolean => {
  let left = few;
  const count = (value: unknown): void => {
    left -= 1;
    if (typeof value !== 'object' || value === null) return;
    for (const inner of Object.values(value)) {
      if (left <= 0) return;
      count(inner);
    }
  };
  count(variables);
  return left > 0;
};

/** @throws GraphQLError TIMEOUT. What was asked may still happen: the same key asked again tells. */
export const within = async (
  timeoutMs: number,
  work: ExecutionResult | Promise<ExecutionResult>,
): Promise<ExecutionResult> => {
  if (!(work instanceof Promise)) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `No answer within ${timeoutMs / 1000} seconds. Asking the same again is safe.`;
      reject(new GraphQLError(message, { extensions: { code: 'TIMEOUT' } }));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
