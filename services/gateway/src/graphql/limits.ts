import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { GatewayLimits } from '../dependencies.ts';

type Variables = Readonly<Record<string, unknown>>;

const refusal = (message: string) => new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED' } });

/** Names of the variables that say how long a list may be: the cost of a document depends on these and nothing else. */
export const sizeVariablesOf = (document: DocumentNode): readonly string[] => {
  const names = new Set<string>();
  const look = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      look(selection.selectionSet);
      if (selection.kind !== Kind.FIELD) continue;
      for (const { name, value } of selection.arguments ?? []) {
        if (name.value === 'first' && value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
    }
  };
  for (const it of document.definitions) {
    if (it.kind === Kind.OPERATION_DEFINITION || it.kind === Kind.FRAGMENT_DEFINITION) look(it.selectionSet);
  }
  return [...names].sort();
};

/**
 * Weighs an operation before anything of it runs: a field costs 1, what is inside a list counts as often as the list
 * may be long (`first`, where there is one). Works before validation, so it takes any document, and goes no further
 * than the limits.
 * @returns the cost. @throws GraphQLError LIMIT_EXCEEDED that names the limit.
 */
export const measure = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  limits: GatewayLimits,
): number => {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const it of document.definitions) {
    if (it.kind === Kind.FRAGMENT_DEFINITION) fragments.set(it.name.value, it);
  }
  const aliases = new Map<string, number>();
  let visited = 0;
  let rootFields = 0;

  const weigh = (set: SelectionSetNode, at: Place): number => {
    if (at.depth > at.maxDepth) throw refusal(`The query is nested deeper than ${limits.depth} levels.`);
    let cost = 0;
    for (const selection of set.selections) {
      // Fragments that spread fragments can make a small text a large query.
      visited += 1;
      cost += weighOne(selection, at);
      if (visited > limits.cost || cost > limits.cost) {
        throw refusal(
          `The query asks for too much: its cost is over ${limits.cost}. Ask for shorter lists or fewer fields.`,
        );
      }
    }
    return cost;
  };

  const weighOne = (selection: SelectionNode, at: Place): number => {
    if (selection.kind === Kind.FIELD) return weighField(selection, at);
    const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
    const name = isSpread ? selection.name.value : '';
    const fragment = isSpread ? fragments.get(name) : selection;
    if (!fragment || at.within.includes(name)) return 0; // validation says what is wrong with it
    const on = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value);
    const within = isSpread ? [...at.within, name] : at.within;
    return weigh(fragment.selectionSet, { ...at, type: isCompositeType(on) ? on : at.type, within });
  };

  const weighField = (selection: FieldNode, at: Place): number => {
    if (at.depth === 1) rootFields += 1;
    if (rootFields > limits.rootFields) throw refusal(`More than ${limits.rootFields} things are asked at once.`);
    if (selection.alias) {
      const key = `${at.type?.name}.${selection.name.value}`;
      const count = (aliases.get(key) ?? 0) + 1;
      aliases.set(key, count);
      if (count > limits.aliases) throw refusal(`A field is asked for under more than ${limits.aliases} other names.`);
    }
    if (!selection.selectionSet) return 1;
    const field = fieldOf(at.type, selection.name.value);
    const inner = field && getNamedType(field.type);
    const type = isCompositeType(inner) ? inner : undefined;
    const size = sizeAsked(selection, field, variables);
    const repeat = field && isList(field) ? (at.pageSize ?? size) : 1;
    const isIntrospection = selection.name.value.startsWith('__');
    const next = {
      type,
      depth: at.depth + 1,
      maxDepth: isIntrospection ? Math.max(introspectionDepth, at.maxDepth) : at.maxDepth,
      pageSize: type?.name.endsWith('Connection') ? size : undefined,
      within: at.within,
    };
    return 1 + repeat * weigh(selection.selectionSet, next);
  };

  const type = schema.getRootType(operation.operation) ?? undefined;
  return weigh(operation.selectionSet, { type, depth: 1, maxDepth: limits.depth, pageSize: undefined, within: [] });
};

/** Where in a query we are: inside which fragments, and in a list of what length. */
type Place = {
  readonly type: GraphQLCompositeType | undefined;
  readonly depth: number;
  readonly maxDepth: number;
  readonly pageSize: number | undefined;
  readonly within: readonly string[];
};

/** The length that a list may have: what was asked, what the field gives by itself, or a guess. */
const sizeAsked = (selection: FieldNode, field: Field | undefined, variables: Variables): number => {
  const standard = field?.args.find((it) => it.name === 'first')?.defaultValue;
  const fallback = typeof standard === 'number' ? standard : field?.name === 'nodes' ? mostNodes : usualListLength;
  const first = selection.arguments?.find((it) => it.name.value === 'first')?.value;
  if (first?.kind === Kind.INT) return Math.min(Number(first.value), longestPage);
  if (first?.kind !== Kind.VARIABLE) return fallback;
  const asked = variables[first.name.value] ?? fallback;
  return typeof asked === 'number' && asked >= 0 ? Math.min(asked, longestPage) : longestPage;
};

/** How long a list is taken to be when nothing says so, and what no list is longer than. */
const usualListLength = 5;
const longestPage = 100;
export const mostNodes = 50;

/** The usual tools ask of the schema itself what lies somewhat deeper. */
const introspectionDepth = 16;

type Field = GraphQLField<unknown, unknown>;
const fieldOf = (type: GraphQLCompositeType | undefined, name: string): Field | undefined =>
  isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;

const isList = (field: Field): boolean => isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
