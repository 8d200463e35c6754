import type { Page } from '@adempauze/contracts';
import type { InterfaceRef, ObjectRef } from '@pothos/core';
import type { Context } from '../context.ts';
import { mostNodes } from '../graphql/limits.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { globalId, rawId } from './ids.ts';
import { badInput } from './input.ts';

/*
 * Relay's conventions: every thing with an id is a `Node`, every list a connection. A page of a service is a
 * connection as it stands, so that a list is never copied on its way out. Lists run forward only: `first`, `after`.
 */

type Loader = (id: string, context: Context) => Promise<object | undefined>;
const loaders = new Map<string, Loader>();
const typenames = new WeakMap<object, string>();

export const Node: InterfaceRef<SchemaTypes, object> = builder.interfaceRef<object>('Node').implement({
  description: 'Anything with an id.',
  resolveType: (value) => typenames.get(value),
  fields: (t) => ({ id: t.id({ resolve: () => '' }) }),
});

/**
 * Makes a type findable by its global id. `load` answers what this caller may see; undefined for the rest.
 * The type's `id` field is added here.
 */
export const nodeType = <V extends object>(
  ref: ObjectRef<SchemaTypes, V>,
  name: string,
  idOf: (value: V) => string,
  load: (id: string, context: Context) => Promise<V | undefined>,
): void => {
  loaders.set(name, load);
  builder.objectField(ref, 'id', (t) => t.id({ resolve: (value) => globalId(name, idOf(value)) }));
};

const loadNode = async (text: string, context: Context): Promise<object | undefined> => {
  const id = rawId(text);
  const load = id && loaders.get(id.typename);
  if (!id || !load) return undefined;
  const value = await load(id.id, context);
  if (value === undefined) return undefined;
  // A copy: services may hand out the object that they keep.
  const copy = { ...value };
  typenames.set(copy, id.typename);
  return copy;
};

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    description: 'What this id stands for, if it is there and yours to see.',
    args: { id: t.arg.id() },
    resolve: (_root, { id }, context) => loadNode(id, context),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    args: { ids: t.arg.idList() },
    resolve: (_root, { ids }, context) => {
      if (ids.length > mostNodes) throw badInput('#/ids', `At most ${mostNodes} ids.`);
      return Promise.all(ids.map((id) => loadNode(id, context)));
    },
  }),
}));

const PageInfo = builder.objectRef<Page<unknown>>('PageInfo').implement({
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasMore'),
    endCursor: t.string({ nullable: true, resolve: (page) => page.items.at(-1)?.cursor }),
  }),
});

/** The connection type of a list: `XConnection` and `XEdge`. */
export const connectionOf = <V>(ref: ObjectRef<SchemaTypes, V>, name: string): ObjectRef<SchemaTypes, Page<V>> => {
  const Edge = builder.objectRef<{ cursor: string; item: V }>(`${name}Edge`).implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: ref, resolve: (edge) => edge.item as never }),
    }),
  });
  return builder.objectRef<Page<V>>(`${name}Connection`).implement({
    fields: (t) => ({
      edges: t.field({ type: [Edge], resolve: (page) => page.items }),
      pageInfo: t.field({ type: PageInfo, resolve: (page) => page }),
    }),
  });
};

export const emptyPage: Page<never> = { items: [], hasMore: false };
