import {
  decodeCursor,
  HelperAsked,
  type HelperId,
  Language,
  MatchId,
  MatchView,
  type PageRequest,
  type ProviderId,
  pageFrom,
} from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import type { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { isMatchEvent } from '../match/match.codec.ts';

/**
 * What coordinators have to do: place, time and form of each request, no name and no condition (R51). `dueAt` is the
 * deadline that a sweep looks for: of the helper's answer, else of the booking.
 */
export const matchQueueProjection: Projection<SourceEvent> = {
  name: 'match-queue-2',
  tables: `CREATE TABLE matches (
      matchId TEXT PRIMARY KEY, bookingId TEXT NOT NULL, householdId TEXT NOT NULL, organisationId TEXT NOT NULL,
      form TEXT NOT NULL, fromAt TEXT NOT NULL, untilAt TEXT NOT NULL, municipality TEXT NOT NULL,
      languages TEXT NOT NULL, status TEXT NOT NULL, helperId TEXT, answerBy TEXT, bookingAnswerBy TEXT NOT NULL,
      requestedAt TEXT NOT NULL, revision INTEGER NOT NULL, dueAt TEXT, lane TEXT, faces TEXT, turn TEXT NOT NULL, awaits TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX matchesOfOrganisation ON matches (organisationId, turn, matchId);
    CREATE INDEX matchesByStatus ON matches (organisationId, status, turn, matchId);
    CREATE INDEX matchesDue ON matches (dueAt) WHERE dueAt IS NOT NULL;
    CREATE INDEX matchesOfHelper ON matches (helperId) WHERE status = 'proposed';
    CREATE TABLE refusals (matchId TEXT, helperId TEXT, proposal INTEGER NOT NULL, PRIMARY KEY (matchId, helperId))
      STRICT, WITHOUT ROWID`,
  project(event) {
    if (!isMatchEvent(event)) return undefined;
    const { type, data, revision } = event;
    const { matchId } = data;
    switch (type) {
      case 'MatchOpened':
        return [
          `INSERT OR IGNORE INTO matches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', NULL, NULL, ?, ?, ?, ?, ?, ?, ?, NULL)`,
          matchId,
          data.bookingId,
          data.householdId,
          data.organisationId,
          data.form,
          data.span.from,
          data.span.until,
          data.municipality,
          JSON.stringify(data.languages),
          data.bookingAnswerBy,
          data.requestedAt,
          revision,
          data.bookingAnswerBy,
          data.lane ?? null,
          data.faces ?? null,
          turnOf(data),
        ];
      case 'HelperProposed':
        return [
          "UPDATE matches SET status = 'proposed', helperId = ?, answerBy = ?, dueAt = ?, awaits = ?, revision = ? WHERE matchId = ?",
          data.helperId,
          data.answerBy,
          data.answerBy,
          data.awaits ?? null,
          revision,
          matchId,
        ];
      case 'HelperApproved':
        return [
          'UPDATE matches SET answerBy = ?, dueAt = ?, awaits = NULL, revision = ? WHERE matchId = ?',
          data.answerBy,
          data.answerBy,
          revision,
          matchId,
        ];
      case 'HelperNotWanted':
        return backToQueue(matchId, revision);
      case 'ProposalRefused':
        return [
          ['INSERT OR IGNORE INTO refusals VALUES (?, ?, ?)', matchId, data.helperId, data.proposal],
          backToQueue(matchId, revision),
        ];
      case 'ProposalLapsed':
        return backToQueue(matchId, revision);
      case 'HelperMatched':
        return [
          "UPDATE matches SET status = 'matched', helperId = ?, answerBy = NULL, awaits = NULL, dueAt = NULL, revision = ? WHERE matchId = ?",
          data.helperId,
          revision,
          matchId,
        ];
      case 'MatchClosed':
        return ended('closed', matchId, revision);
      case 'MatchCancelled':
        return ended('cancelled', matchId, revision);
    }
  },
};

const backToQueue = (matchId: string, revision: number): Statement => [
  `UPDATE matches SET status = 'open', helperId = NULL, answerBy = NULL, awaits = NULL, dueAt = bookingAnswerBy, revision = ?
   WHERE matchId = ?`,
  revision,
  matchId,
];

const ended = (status: 'closed' | 'cancelled', matchId: string, revision: number): Statement => [
  'UPDATE matches SET status = ?, helperId = NULL, answerBy = NULL, awaits = NULL, dueAt = NULL, revision = ? WHERE matchId = ?',
  status,
  revision,
  matchId,
];

const json = z.string().transform((text): unknown => JSON.parse(text));

const Row = z
  .object({
    ...MatchView.omit({ span: true }).shape,
    languages: json.pipe(z.array(Language)),
    refusedBy: json.pipe(MatchView.shape.refusedBy),
    fromAt: z.string(),
    untilAt: z.string(),
    lane: MatchView.shape.lane.nullable(),
    faces: MatchView.shape.faces.nullable(),
    awaits: MatchView.shape.awaits.nullable(),
  })
  .transform(({ fromAt, untilAt, lane, faces, awaits, ...row }) =>
    MatchView.parse({
      ...{ ...row, span: { from: fromAt, until: untilAt } },
      ...(lane === null ? {} : { lane }),
      ...(faces === null ? {} : { faces }),
      ...(awaits === null ? {} : { awaits }),
    }),
  );

/** What is urgent before the rest, and the oldest first in each: the year of every moment begins with a 2. */
const turnOf = ({ lane, requestedAt }: Pick<MatchView, 'lane' | 'requestedAt'>): string =>
  lane === 'urgent' ? `1 ${requestedAt}` : requestedAt;

const refusedBySql = `(SELECT json_group_array(helperId ORDER BY proposal) FROM refusals
  WHERE refusals.matchId = found.matchId) AS refusedBy`;

/** Rows of one status, or of all, after a place in the queue; walks an index, however many have gone before. */
const oldestSql = (status: MatchView['status'] | undefined) =>
  `SELECT * FROM (
    SELECT * FROM matches WHERE organisationId = ?1 ${status === undefined ? '' : `AND status = '${status}'`}
      AND (turn, matchId) > (?2, ?3)
    ORDER BY turn, matchId LIMIT ?4)`;

/**
 * The requests of an organisation, what is urgent first and then the oldest, so that nobody waits for ever; of all
 * statuses when none is named.
 * @throws ZodError for a false cursor.
 */
export const listMatches = (
  db: ReadDatabase,
  {
    organisationId,
    status = [],
    page,
  }: { organisationId: ProviderId; status?: readonly MatchView['status'][] | undefined; page: PageRequest },
) => {
  const [turn, matchId] = decodeCursor(page.after);
  const statuses: readonly (MatchView['status'] | undefined)[] =
    status.length === 0 ? [undefined] : [...new Set(status)];
  const rows = db.all(
    `SELECT *, ${refusedBySql} FROM (${statuses.map(oldestSql).join(' UNION ALL ')}) AS found
     ORDER BY turn, matchId LIMIT ?4`,
    organisationId,
    turn,
    matchId,
    page.first + 1,
  );
  return pageFrom(
    z.array(Row).parse(rows),
    page.first,
    (it) => [turnOf(it), it.matchId],
    (it) => it,
  );
};

const Ids = z.array(z.object({ matchId: MatchId }).transform((it) => it.matchId));

/** Matches with a deadline that has passed, the oldest first. */
export const listDueMatches = (db: ReadDatabase, now: Instant, limit: number): MatchId[] =>
  Ids.parse(db.all('SELECT matchId FROM matches WHERE dueAt <= ? ORDER BY dueAt LIMIT ?', now, limit));

const Asked = z
  .object({ ...HelperAsked.omit({ span: true }).shape, fromAt: z.string(), untilAt: z.string() })
  .transform(({ fromAt, untilAt, ...row }) => HelperAsked.parse({ ...row, span: { from: fromAt, until: untilAt } }));

/** What this helper is asked and has not answered, once the family said yes to him (R51); in the order of their time. */
export const listAskedOf = (db: ReadDatabase, helperId: HelperId): HelperAsked[] =>
  z.array(Asked).parse(
    db.all(
      `SELECT bookingId, organisationId, form, fromAt, untilAt FROM matches
       WHERE helperId = ? AND status = 'proposed' AND awaits IS NULL ORDER BY fromAt, bookingId`,
      helperId,
    ),
  );

/** Matches in which this helper is asked and has not answered. */
export const listProposedTo = (db: ReadDatabase, helperId: HelperId): MatchId[] =>
  Ids.parse(db.all("SELECT matchId FROM matches WHERE helperId = ? AND status = 'proposed'", helperId));
