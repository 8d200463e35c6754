import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import type { Context } from '../context.ts';
import { accessTable, isWrapper, type Rule } from './access-table.ts';
import type { Role, Viewer } from './roles.ts';

/** The one who asks. @throws GraphQLError UNAUTHENTICATED when nobody is signed in. */
export const needsViewer = ({ viewer }: Context): Viewer => {
  if (viewer) return viewer;
  throw new GraphQLError('Please sign in first.', { extensions: { code: 'UNAUTHENTICATED' } });
};

const ruleOf = (type: string, field: string): Rule | undefined => {
  const entry = accessTable[type];
  return entry && Object.hasOwn(entry.fields, field) ? entry.fields[field] : undefined;
};

/** Whether somebody with this role may use this field at all; what of it is theirs is decided in `sight.ts`. */
export const roleMay = (type: string, field: string, role: Role | 'visitor'): boolean =>
  ruleOf(type, field)?.[role] !== undefined;

/**
 * Holds the schema to the access table: a field that is not in the table stops the start, and one that not everybody
 * may see answers null to the others. Fields that follow their type's own rule need no look: who may not see the
 * thing never gets it.
 */
export const guardSchema = (schema: GraphQLSchema): GraphQLSchema => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || isWrapper(type.name)) continue;
    for (const field of Object.values(type.getFields())) {
      const rule = ruleOf(type.name, field.name);
      if (!rule) throw new Error(`${type.name}.${field.name} is not in the access table.`);
      const isRoot = type.name === 'Query' || type.name === 'Subscription';
      // A mutation answers with a `Rejected`, and asks the table itself.
      if (type.name === 'Mutation' || rule.visitor !== undefined || rule === accessTable[type.name]?.rows) continue;
      if (String(field.type).endsWith('!'))
        throw new Error(`${type.name}.${field.name} is not for everybody: nullable.`);
      field.resolve = guarded(field.resolve ?? defaultFieldResolver, rule, isRoot);
    }
  }
  return schema;
};

const guarded =
  (
    resolve: GraphQLFieldResolver<unknown, Context>,
    rule: Rule,
    isRoot: boolean,
  ): GraphQLFieldResolver<unknown, Context> =>
  (parent, args, context, info) => {
    const { viewer } = context;
    if (viewer && rule[viewer.role] !== undefined) return resolve(parent, args, context, info);
    if (!viewer && isRoot) needsViewer(context);
    return null;
  };
