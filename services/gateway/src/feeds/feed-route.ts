import { hash } from 'node:crypto';
import {
  type Bookings,
  type FeedEntry,
  HelperId,
  type Matching,
  type Offers,
  type ProviderId,
} from '@adempauze/contracts';
import { sendProblem } from '@adempauze/http';
import type { Clock } from '@adempauze/kernel';
import { type Request, type Response, Router } from 'express';
import { calendarText, type Feed } from './calendar-text.ts';
import { feedPath, readLink } from './links.ts';
import { createRateLimit } from './rate-limit.ts';

/** Calendar programs come a few times an hour. */
const readsPerMinute = 30;
/** Addresses that do not count, or no longer, from one place. */
const missesPerMinute = 60;

/**
 * `GET /calendar/<secret>.ics`, for calendar programs, which sign in nowhere. Whatever is not an open feed is the same
 * 404. The secret stands in the address only: no log line, label or problem has it, and nobody on the way may keep it.
 * While a service that knows a part of it is away the answer is 503: a program keeps the calendar that it has, where half
 * of one would have it take out what is promised.
 */
export const createFeedRoute = ({
  bookings,
  matching,
  offers,
  clock,
  realNowMs,
}: {
  readonly bookings: Pick<Bookings, 'readFeed'>;
  readonly matching: Pick<Matching, 'listAskedOfHelper'>;
  readonly offers: Pick<Offers, 'findProvider'>;
  readonly clock: Clock;
  readonly realNowMs: () => number;
}): Router => {
  const reads = createRateLimit({ perMinute: readsPerMinute, nowMs: realNowMs });
  const misses = createRateLimit({ perMinute: missesPerMinute, nowMs: realNowMs });

  const findFeed = async (link: NonNullable<ReturnType<typeof readLink>>): Promise<Feed | undefined> => {
    const found = await bookings.readFeed(link);
    if (found === undefined) return undefined;
    const { owner } = found;
    const entries = owner.kind === 'helper' ? await withAsked(HelperId.parse(owner.id), found.entries) : found.entries;
    const providerIds = owner.kind === 'household' ? [...new Set(entries.map((it) => it.providerId))] : [];
    return { kind: owner.kind, entries, providerNames: await namesOf(providerIds) };
  };
  /** Also what a helper is asked and has not answered: he may know of it once the family said yes to him (R51). */
  const withAsked = async (helperId: HelperId, entries: readonly FeedEntry[]): Promise<readonly FeedEntry[]> => {
    const asked = await matching.listAskedOfHelper({ helperId });
    const knownAs = new Map(entries.map((it) => [it.bookingId, it]));
    const fresh = asked
      .filter(({ bookingId }) => (knownAs.get(bookingId)?.status ?? 'cancelled') === 'cancelled')
      .map(({ bookingId, organisationId: providerId, form, span }) => ({
        // He may have said yes before and been let go of; a calendar takes no lower number.
        ...{ bookingId, providerId, form, span, revision: knownAs.get(bookingId)?.revision ?? 0 },
        status: 'tentative' as const,
      }));
    const ids = new Set(fresh.map(({ bookingId }) => bookingId));
    return [...entries.filter(({ bookingId }) => !ids.has(bookingId)), ...fresh].toSorted((a, b) =>
      a.span.from < b.span.from ? -1 : 1,
    );
  };
  const namesOf = async (providerIds: readonly ProviderId[]): Promise<Map<string, string>> => {
    const providers = await Promise.all(providerIds.map((providerId) => offers.findProvider({ providerId })));
    return new Map(providers.flatMap((it) => (it === undefined ? [] : [[it.providerId, it.name] as const])));
  };

  const answer = async (request: Request, response: Response): Promise<void> => {
    const from = request.ip ?? '';
    const link = readLink(String(request.params.file));
    const waitSeconds = misses.look(from) ?? (link && reads.take(link.secretHash));
    if (waitSeconds !== undefined) {
      response.set('Retry-After', String(waitSeconds));
      sendProblem(response, { type: '/problems/too-many-requests', title: 'Too often. Please wait.', status: 429 });
      return;
    }
    const feed = link && (await findFeed(link));
    if (feed === undefined) {
      misses.take(from);
      sendProblem(response, { type: '/problems/no-such-address', title: 'There is no calendar here.', status: 404 });
      return;
    }
    const tag = tagOf(feed);
    response.set({
      // Nobody on the way keeps it. A calendar program remembers the tag by itself.
      'Cache-Control': 'private, no-store',
      ETag: tag,
      'X-Content-Type-Options': 'nosniff',
      'X-Robots-Tag': 'noindex, nofollow',
      'Referrer-Policy': 'no-referrer',
    });
    if (knows(request.get('if-none-match'), tag)) {
      response.status(304).end();
      return;
    }
    response.set({
      'Content-Type': 'text/calendar; charset=utf-8',
      'Content-Disposition': 'inline; filename="adempauze.ics"',
    });
    response.send(Buffer.from(calendarText(feed, clock())));
  };

  const router = Router();
  router.get(`${feedPath}/:file`, answer);
  return router;
};

/** Raise it when the text of the same entries becomes another. */
const textVersion = 1;

/** Weak, since the text also says when it was made. */
const tagOf = ({ kind, entries, providerNames }: Feed): string =>
  `W/"${hash('sha256', JSON.stringify([textVersion, kind, entries, [...providerNames]]), 'hex').slice(0, 32)}"`;

const knows = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch?.split(',').some((it) => it.trim() === '*' || it.trim().replace(/^W\//, '') === tag.slice(2)) ?? false;
