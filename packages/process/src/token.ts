import { createHash, timingSafeEqual } from 'node:crypto';
import { sendProblem } from '@adempauze/http';
import type { RequestHandler } from 'express';

/**
 * Lets through who knows the secret that the processes share, as `Authorization: Bearer …`; everybody where there is
 * none. How long the comparison takes says nothing of the secret.
 */
export const requireToken = (token: string | undefined): RequestHandler => {
  const expected = digestOf(token ?? '');
  return (request, response, next) => {
    if (token === undefined) return next();
    const [scheme = '', given = '', ...more] = (request.get('authorization') ?? '').split(' ');
    const known = timingSafeEqual(digestOf(given), expected);
    if (known && scheme.toLowerCase() === 'bearer' && more.length === 0) return next();
    response.set('WWW-Authenticate', 'Bearer');
    sendProblem(response, {
      type: '/problems/no-service-token',
      title: 'Only processes of the marketplace are answered here.',
      status: 401,
    });
  };
};

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
