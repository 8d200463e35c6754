import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '@adempauze/http';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import type { GatewayLimits } from '../dependencies.ts';
import { type Documents, InvalidDocumentError } from './documents.ts';
import { formatError } from './errors.ts';
import { within } from './execute.ts';

/** What the door hands over with a request: the body was read within its limit, and the caller is known. */
export type YogaRequest = { readonly req: IncomingMessage; readonly res: ServerResponse; readonly context: Context };

const firstQuery = `# Adempauze. Zoek een adempauze, zonder u aan te melden.
# Look for a breathing space; no sign-in needed. For the rest, put a token under "Headers" below:
# { "Authorization": "Bearer …" }, with the token of "npm run token -- fatima".
query {
  now
  forms(ids: [F01, F05, F06, F12]) { id nl en unit }
}
`;

/** GraphiQL, queries by GET, and live updates over server-sent events; limits and errors are those of the direct path. */
export const createYogaHandler = ({
  schema,
  documents,
  limits,
  path,
  log,
  currentCorrelationId,
}: {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly limits: GatewayLimits;
  readonly path: string;
  readonly log: Log;
  readonly currentCorrelationId: () => string | undefined;
}) => {
  const yoga = createYoga<YogaRequest>({
    schema,
    graphqlEndpoint: path,
    graphiql: { title: 'Adempauze', defaultQuery: firstQuery, headers: '{ "Authorization": "Bearer " }' },
    // Served from here, nothing from elsewhere; nine megabytes, so read at the first visit.
    renderGraphiQL: async (options) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(options),
    landingPage: false,
    batching: false,
    multipart: false,
    cors: false,
    logging: false,
    parserAndValidationCache: false,
    context: ({ context }) => context,
    maskedErrors: {
      maskError: (error) => {
        const correlationId = currentCorrelationId() ?? '';
        const { message, path, extensions } = formatError(error, { log, correlationId });
        return new GraphQLError(message, { extensions: { ...extensions }, ...(path && { path }) });
      },
    },
    plugins: [limited(documents, limits)],
  });
  return (req: IncomingMessage, res: ServerResponse, context: Context) => yoga(req, res, { req, res, context });
};

/** The same reading, weighing and validating as on the direct path, instead of yoga's own. */
const limited = (documents: Documents, limits: GatewayLimits): Plugin => ({
  onParse: ({ params, setParseFn }) => {
    setParseFn(() => {
      const text = typeof params.source === 'string' ? params.source : params.source.body;
      try {
        return documents.prepare(text).document;
      } catch (error) {
        if (error instanceof InvalidDocumentError) throw error.errors[0];
        throw error;
      }
    });
  },
  // It was validated when it was prepared.
  onValidate: ({ setResult }) => setResult([]),
  onExecute: ({ args, executeFn, setExecuteFn }) => {
    documents.admitDocument(args.document, args.operationName ?? undefined, args.variableValues ?? {});
    setExecuteFn((it) => within(limits.timeoutMs, executeFn(it)));
  },
  onSubscribe: ({ args }) => {
    documents.admitDocument(args.document, args.operationName ?? undefined, args.variableValues ?? {});
  },
});
