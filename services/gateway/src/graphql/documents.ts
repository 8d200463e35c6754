import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import type { GatewayLimits } from '../dependencies.ts';
import { measure, sizeVariablesOf } from './limits.ts';

/** A document that was read, weighed and validated; the same text is not looked at twice. */
export type Prepared = {
  readonly document: DocumentNode;
  readonly sizeVariables: readonly string[];
  /** Weights that were found good, by operation and the sizes asked for. */
  readonly admitted: Set<string>;
  readonly operations: Map<string, OperationDefinitionNode>;
  /** By operation: how often it was asked, and what it was compiled to once it proved worth it. */
  readonly runs: Map<string, Runs>;
};
export type Runs = { asked: number; compiled: CompiledQuery | undefined };

type Variables = Readonly<Record<string, unknown>>;

export type Documents = {
  /** @throws GraphQLError or an AggregateError of them: syntax, size, validation. */
  readonly prepare: (text: string) => Prepared;
  /** The operation that runs. @throws GraphQLError LIMIT_EXCEEDED, or when there is no such operation. */
  readonly admit: (prepared: Prepared, name: string | undefined, variables: Variables) => OperationDefinitionNode;
  /** The same, for who has the document only. */
  readonly admitDocument: (document: DocumentNode, name: string | undefined, variables: Variables) => void;
};

const keptDocuments = 1000;
const keptWeights = 50;

export class InvalidDocumentError extends Error {
  override readonly name = 'InvalidDocumentError';
  readonly errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super('The document is not valid.');
    this.errors = errors;
  }
}

export const createDocuments = (schema: GraphQLSchema, limits: GatewayLimits): Documents => {
  const kept = new Map<string, Prepared>();
  const byDocument = new WeakMap<DocumentNode, Prepared>();

  const read = (text: string): DocumentNode => {
    try {
      return parse(text, { maxTokens: limits.tokens, noLocation: false });
    } catch (error) {
      if (error instanceof GraphQLError && error.message.includes('tokens. Parsing aborted')) {
        const message = `The query has more than ${limits.tokens} words.`;
        throw new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED' } });
      }
      throw error;
    }
  };

  const admit: Documents['admit'] = (prepared, name, variables) => {
    const operation = prepared.operations.get(name ?? '') ?? getOperationAST(prepared.document, name);
    if (!operation) throw new GraphQLError('Say which operation is meant: `operationName`.', badRequest);
    const sizes = prepared.sizeVariables.map((it) => variables[it]);
    const key = JSON.stringify([name, sizes]);
    if (!prepared.admitted.has(key)) {
      measure(schema, prepared.document, operation, variables, limits);
      if (prepared.admitted.size < keptWeights) prepared.admitted.add(key);
      prepared.operations.set(name ?? '', operation);
    }
    return operation;
  };

  return {
    admit,
    admitDocument(document, name, variables) {
      const prepared = byDocument.get(document);
      if (!prepared) throw new GraphQLError('This was not read by this door.', badRequest);
      admit(prepared, name, variables);
    },
    prepare(text) {
      const known = kept.get(text);
      if (known) return known;
      const document = read(text);
      const operations = document.definitions.filter((it) => it.kind === Kind.OPERATION_DEFINITION);
      if (operations.length > limits.rootFields) {
        throw new GraphQLError(`More than ${limits.rootFields} operations in one document.`, limitExceeded);
      }
      const prepared: Prepared = {
        document,
        sizeVariables: sizeVariablesOf(document),
        admitted: new Set(),
        operations: new Map(),
        runs: new Map(),
      };
      // Weighed before it is validated, with the longest lists left out: validating a hostile document is work too.
      for (const operation of operations) measure(schema, document, operation, smallest(prepared), limits);
      const errors = validate(schema, document, undefined, { maxErrors: 10 });
      if (errors.length > 0) throw new InvalidDocumentError(errors);
      if (kept.size >= keptDocuments) for (const oldest of kept.keys().take(100)) kept.delete(oldest);
      kept.set(text, prepared);
      byDocument.set(document, prepared);
      return prepared;
    },
  };
};

const smallest = ({ sizeVariables }: Prepared): Variables => Object.fromEntries(sizeVariables.map((it) => [it, 0]));
const badRequest = { extensions: { code: 'BAD_REQUEST' } };
const limitExceeded = { extensions: { code: 'LIMIT_EXCEEDED' } };
