import { hash } from 'node:crypto';
import { FeedId } from '@adempauze/contracts';

/** Where feeds are served, behind the origin. */
export const feedPath = '/calendar';

const secretBytes = 32;
const idLength = 22;
const secretLength = 43;
const shape = new RegExp(`^[A-Za-z0-9_-]{${idLength + secretLength}}$`);

/** What stands in an address: which feed it is, and 256 random bits. Whoever has it can read the feed, and nothing else. */
export type CalendarLinks = {
  /** A new address, and the hash that is kept in its place. */
  readonly make: (feedId: FeedId) => { readonly url: string; readonly secretHash: string };
};

export const createCalendarLinks = ({
  origin,
  randomBytes,
}: {
  readonly origin: string;
  readonly randomBytes: (count: number) => Uint8Array;
}): CalendarLinks => ({
  make(feedId) {
    const id = Buffer.from(feedId.replaceAll('-', ''), 'hex').toString('base64url');
    const token = `${id}${Buffer.from(randomBytes(secretBytes)).toString('base64url')}`;
    return { url: `${origin}${feedPath}/${token}.ics`, secretHash: hashOf(token) };
  },
});

/** So many random bits need no salt and no slow hash: nobody can try them. */
const hashOf = (token: string): string => hash('sha256', token, 'hex');

/** The last part of an address; undefined for what was never one of ours. */
export const readLink = (file: string): { readonly feedId: FeedId; readonly secretHash: string } | undefined => {
  const token = file.endsWith('.ics') ? file.slice(0, -'.ics'.length) : '';
  if (!shape.test(token)) return undefined;
  const hex = Buffer.from(token.slice(0, idLength), 'base64url').toString('hex');
  const feedId = FeedId.safeParse(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
  return feedId.success ? { feedId: feedId.data, secretHash: hashOf(token) } : undefined;
};
