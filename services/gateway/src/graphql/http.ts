import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import { z } from 'zod';
import type { Answer, Asked } from './execute.ts';

/* GraphQL over HTTP for what nearly every request is: a JSON body by POST, a JSON answer. */

const Body = z.object({
  query: z.string(),
  operationName: z.string().max(200).nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly status: 400 | 413;
  constructor(status: 400 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/** The whole body, when it is not larger than it may be. @throws BodyError */
export const readBody = (request: IncomingMessage, maxBytes: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const tooLarge = () => reject(new BodyError(413, `The body is larger than ${maxBytes} bytes.`));
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge();
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        request.removeAllListeners('data');
        request.resume();
        tooLarge();
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString()));
    request.once('error', () => reject(new BodyError(400, 'The body was cut off.')));
    return undefined;
  });

/** @throws BodyError for anything but one GraphQL request; a list of them (batching) is refused. */
export const decodeBody = (text: string): Asked => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BodyError(400, 'The body is not JSON.');
  }
  if (Array.isArray(json)) throw new BodyError(400, 'One request at a time: batching is off.');
  const body = Body.safeParse(json);
  if (!body.success)
    throw new BodyError(400, 'The body must hold `query`, and may hold `variables` and `operationName`.');
  const { query, operationName, variables } = body.data;
  return { query, operationName: operationName ?? undefined, variables: variables ?? {} };
};

const plain = 'application/json; charset=utf-8';
const graphqlResponse = 'application/graphql-response+json; charset=utf-8';

export const sendAnswer = (
  response: ServerResponse,
  status: number,
  accept: string | undefined,
  answer: Answer,
  headers: Readonly<Record<string, string>> = {},
): void => {
  if (response.destroyed) return;
  const body = JSON.stringify(answer);
  const type = accept?.includes('application/graphql-response+json') ? graphqlResponse : plain;
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
};

/**
 * 200 for whatever was run. What was not: 400 for who asks for the newer media type, and 200 in the older one, which
 * has no other way of saying that the answer comes from GraphQL (GraphQL over HTTP, section 6.4).
 */
export const statusOf = (answer: Answer, accept: string | undefined): number =>
  'data' in answer || !accept?.includes('application/graphql-response+json') ? 200 : 400;

export const refusalOf = (message: string, code: string): Answer => {
  const error: GraphQLFormattedError = { message, extensions: { code } };
  return { errors: [error] };
};
