import type { LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { CalendarFailure } from '@adempauze/contracts';
import { isPublicAddress } from './public-address.ts';

/** What came of a try: the text that stands there, or why there is none. Never the address, nor what else was said there. */
export type CalendarAnswer = { readonly text: string } | { readonly failure: CalendarFailure };
export type FetchCalendar = (
  address: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<CalendarAnswer>;

/**
 * Where calendars may stand. `internet`: https, at public addresses. `anywhere`: also http and addresses of one's own
 * network, for tests and for an organisation whose calendars stand beside it.
 */
export type CalendarsFrom = 'internet' | 'anywhere';

export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const mostBytes = 1_000_000;
const mostRedirects = 3;
const calendarTypes = /^(text\/calendar|text\/plain|application\/octet-stream|application\/ics)\b/i;

/**
 * Reads calendars over HTTP. Each host, also one that is redirected to, is looked up once; all its addresses must be
 * allowed, and the connection is made to these very addresses, so that a name cannot mean another machine a moment later.
 * No cookies, no credentials, no compression, at most 1 MB.
 */
export const createFetchCalendar =
  ({
    from,
    resolve,
    trusted,
  }: {
    readonly from: CalendarsFrom;
    readonly resolve: Resolve;
    /** Certificates to trust beside those of the machine, as PEM. */
    readonly trusted?: string;
  }): FetchCalendar =>
  async (address, { timeoutMs, signal }) => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      let next = urlOf(address.replace(/^webcal:/i, 'https:'));
      for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
        const url = next;
        if (url === undefined || !isAllowed(url, from)) return { failure: 'address-refused' };
        const addresses = await raced(addressesOf(url, resolve), deadline);
        if (addresses.length === 0) return { failure: 'not-reached' };
        if (from === 'internet' && !addresses.every((it) => isPublicAddress(it.address)))
          return { failure: 'address-refused' };
        const answer = await ask(url, { addresses, signal: deadline, trusted });
        if (!('location' in answer)) return answer;
        next = urlOf(answer.location, url);
      }
      return { failure: 'too-many-redirects' };
    } catch {
      // What a socket says may name hosts; only that it went wrong is told.
      return { failure: deadline.aborted ? 'too-slow' : 'not-reached' };
    }
  };

const urlOf = (text: string, base?: URL): URL | undefined => {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
};

const isAllowed = ({ protocol, username, password, hostname }: URL, from: CalendarsFrom): boolean =>
  (protocol === 'https:' || (protocol === 'http:' && from === 'anywhere')) &&
  username === '' &&
  password === '' &&
  hostname !== '';

/** A URL has IPv6 addresses in brackets, and every other way of writing an IPv4 address made plain. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

const addressesOf = async ({ hostname }: URL, resolve: Resolve): Promise<readonly LookupAddress[]> => {
  const host = bare(hostname);
  const family = isIP(host);
  return family === 0 ? resolve(host) : [{ address: host, family }];
};

/** The deadline counts for looking up as well, which cannot be broken off. */
const raced = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(new Error('Too late.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });

/** Gives the addresses that were looked at, and asks nobody again. */
const pinnedTo =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(first ? null : new Error('No address.'), first?.address ?? '', first?.family ?? 0);
  };

const failureOf = (status: number): CalendarFailure => {
  if (status === 401 || status === 403) return 'not-allowed';
  return status === 404 || status === 410 ? 'not-found' : 'server-failed';
};

type Asked = {
  readonly addresses: readonly LookupAddress[];
  readonly signal: AbortSignal;
  readonly trusted: string | undefined;
};

const ask = (
  url: URL,
  { addresses, signal, trusted }: Asked,
): Promise<CalendarAnswer | { readonly location: string }> =>
  new Promise((resolve, reject) => {
    const options: https.RequestOptions = {
      lookup: pinnedTo(addresses),
      // Of its own: no connection is shared with another address, and no proxy of the machine looks names up anew.
      agent: false,
      signal,
      headers: { accept: 'text/calendar, text/plain;q=0.5', 'accept-encoding': 'identity', 'user-agent': 'Adempauze' },
      maxHeaderSize: 16_384,
      ...(trusted === undefined ? {} : { ca: trusted }),
    };
    const request = (url.protocol === 'https:' ? https : http).get(url, options, (response) => {
      const { statusCode: status = 0, headers } = response;
      const end = (answer: CalendarAnswer | { readonly location: string }) => {
        response.destroy();
        resolve(answer);
      };
      if ([301, 302, 303, 307, 308].includes(status) && headers.location !== undefined)
        return end({ location: headers.location });
      if (status !== 200) return end({ failure: failureOf(status) });
      const type = headers['content-type'];
      if (
        (type !== undefined && !calendarTypes.test(type)) ||
        !['identity', undefined].includes(headers['content-encoding'])
      )
        return end({ failure: 'no-calendar' });
      if (Number(headers['content-length'] ?? 0) > mostBytes) return end({ failure: 'too-large' });
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > mostBytes) end({ failure: 'too-large' });
        else parts.push(part);
      });
      response.on('end', () => resolve({ text: Buffer.concat(parts).toString('utf8') }));
      response.on('error', reject);
      response.on('close', () => reject(new Error('It ended too early.')));
    });
    request.on('error', reject);
  });
