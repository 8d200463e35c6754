import { type Log, problemOf } from '@adempauze/http';
import { ConflictError, UnavailableError } from '@adempauze/kernel';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { InvalidDocumentError } from './documents.ts';

/**
 * What the outside may know of a failure. Our own answers keep their words; a document or a value of the wrong shape is
 * named by its place and never repeated; all else is masked, and the log has it under the correlation id.
 */
export const formatError = (
  error: unknown,
  { log, correlationId }: { readonly log: Log; readonly correlationId: string },
): GraphQLFormattedError => {
  const wrapped = error instanceof GraphQLError ? error : undefined;
  const cause = wrapped ? (wrapped.originalError ?? wrapped) : error;
  const where = wrapped && {
    ...(wrapped.locations && { locations: wrapped.locations }),
    ...(wrapped.path && { path: wrapped.path }),
  };
  if (cause instanceof ConflictError) {
    const message = 'Somebody else changed this at the same moment. Look again, then decide again.';
    return { ...where, message, extensions: { code: 'CONFLICT' } };
  }
  if (cause instanceof UnavailableError) {
    log.warn({ err: cause, correlationId }, 'a request found a part unavailable');
    const message = 'A part is down or slow. Asking the same again is safe.';
    return { ...where, message, extensions: { code: 'UNAVAILABLE', retryAfterMs: cause.retryAfterMs } };
  }
  if (cause instanceof GraphQLError) {
    const code = cause.extensions.code;
    if (typeof code === 'string') return { ...where, message: cause.message, extensions: cause.extensions };
    // GraphQL's own: syntax, validation and shape have no path; a null where none may be does, and is our mistake.
    if (!wrapped?.path) return { ...where, message: documentMessage(cause), extensions: { code: 'BAD_USER_INPUT' } };
  }
  log.error({ err: cause, correlationId, problem: problemOf(cause).type }, 'a GraphQL request failed');
  const message = 'Something went wrong on our side.';
  return { ...where, message, extensions: { code: 'INTERNAL', correlationId } };
};

export const formatErrors = (
  error: unknown,
  options: Parameters<typeof formatError>[1],
): readonly GraphQLFormattedError[] =>
  error instanceof InvalidDocumentError
    ? error.errors.map((it) => formatError(it, options))
    : [formatError(error, options)];

/**
 * What is said of a document that cannot be read or is not valid. GraphQL's own words are kept where they name fields
 * and types; where they repeat a value, which may be somebody's name, only the place is told.
 */
const documentMessage = (error: GraphQLError): string => {
  if (error.message.startsWith('Syntax Error')) return 'The query cannot be read here.';
  if (error.nodes?.[0]?.kind.endsWith('Value')) return 'The value here has the wrong type or shape.';
  return error.message.slice(0, 300);
};
