import {
  type BookingId,
  decodeCursor,
  type FormId,
  HelperAbout,
  type HelperId,
  type HelperView,
  type Language,
  type PageRequest,
  Place,
  type ProviderId,
  pageFrom,
  type WeeklyWindow,
} from '@adempauze/contracts';
import { keepSealed, openSealed, type Projection, type ReadDatabase, type SourceEvent } from '@adempauze/event-store';
import { dayOf, type Instant, instantOn, isRedacted, mondayOf, type Vault } from '@adempauze/kernel';
import { z } from 'zod';
import { isHelperEvent } from '../helper/helper.codec.ts';
import { isMatchEvent } from '../match/match.codec.ts';
import type { MatchEvent } from '../match/match.events.ts';

/** Helpers and their appointments. Name, phone, place and what families may wish are kept sealed and go when the helper is forgotten. */
export const helperListProjection: Projection<SourceEvent> = {
  name: 'helper-list-2',
  tables: `CREATE TABLE helpers (
      helperId TEXT PRIMARY KEY, organisationId TEXT NOT NULL, name TEXT, phone TEXT, place TEXT, about TEXT,
      languages TEXT NOT NULL, forms TEXT NOT NULL, availability TEXT NOT NULL, maxHoursPerWeek INTEGER NOT NULL,
      registeredAt TEXT NOT NULL, askedAt TEXT NOT NULL DEFAULT '', forgotten INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX helpersOfOrganisation ON helpers (organisationId, registeredAt, helperId);
    CREATE TABLE assignments (
      matchId TEXT, helperId TEXT, bookingId TEXT NOT NULL, fromAt TEXT NOT NULL, untilAt TEXT NOT NULL,
      PRIMARY KEY (matchId, helperId)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX assignmentsOfHelper ON assignments (helperId, untilAt)`,
  project(event) {
    if (isMatchEvent(event)) {
      const asked = askedIn(event);
      if (asked === undefined) return undefined;
      return ['UPDATE helpers SET askedAt = max(askedAt, ?) WHERE helperId = ?', asked.at, asked.helperId];
    }
    if (!isHelperEvent(event)) return undefined;
    const { type, data } = event;
    switch (type) {
      case 'HelperRegistered':
        return [
          `INSERT OR IGNORE INTO helpers
             (helperId, organisationId, name, phone, place, languages, forms, availability, maxHoursPerWeek, registeredAt, about)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          data.helperId,
          data.organisationId,
          keepSealed(data.name),
          keepSealed(data.phone),
          keepSealed(data.place),
          JSON.stringify(data.languages),
          JSON.stringify(data.forms),
          JSON.stringify(data.availability),
          data.maxHoursPerWeek,
          data.registeredAt,
          data.about === undefined ? null : keepSealed(data.about),
        ];
      case 'HelperAssigned':
        return [
          'INSERT OR REPLACE INTO assignments VALUES (?, ?, ?, ?, ?)',
          data.matchId,
          data.helperId,
          data.bookingId,
          data.span.from,
          data.span.until,
        ];
      case 'HelperReleased':
        return ['DELETE FROM assignments WHERE matchId = ? AND helperId = ?', data.matchId, data.helperId];
      case 'HelperForgotten':
        return [
          'UPDATE helpers SET name = NULL, phone = NULL, place = NULL, about = NULL, forgotten = 1 WHERE helperId = ?',
          data.helperId,
        ];
    }
  },
};

/** Who was asked, and when: at once, or once the family said yes to them. */
const askedIn = ({ type, data }: MatchEvent): { helperId: HelperId; at: Instant } | undefined => {
  if (type === 'HelperApproved') return { helperId: data.helperId, at: data.approvedAt };
  if (type !== 'HelperProposed' || data.awaits !== undefined) return undefined;
  return { helperId: data.helperId, at: data.proposedAt };
};

/** A column that this projection wrote from a checked event; it is not checked piece by piece again. */
const written = <T>() => z.custom<T>((it) => typeof it === 'string');
const json = <T>() => z.string().transform((text): T => JSON.parse(text));

export const HelperRow = z.object({
  helperId: written<HelperId>(),
  organisationId: written<ProviderId>(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  place: z.string().nullable(),
  about: z.string().nullable(),
  languages: json<Language[]>(),
  forms: json<FormId[]>(),
  availability: json<WeeklyWindow[]>(),
  maxHoursPerWeek: z.int(),
  registeredAt: z.string(),
  askedAt: z.string(),
});
export type HelperRow = z.infer<typeof HelperRow>;

export const AssignmentRow = z.object({
  matchId: z.string(),
  helperId: written<HelperId>(),
  bookingId: written<BookingId>(),
  fromAt: written<Instant>(),
  untilAt: written<Instant>(),
});

/** Midnight at which this week began: appointments that ended before it are no longer shown. */
export const beginOfWeek = (now: Instant): Instant => instantOn(mondayOf(dayOf(now)));

/** A sealed column, opened and checked; `null` for a helper who was forgotten. Await `vault.load` first. */
export const openColumn = <S extends z.ZodType>(vault: Vault, kept: string | null, schema: S): z.output<S> | null => {
  const opened = openSealed(vault, kept);
  return isRedacted(opened) ? null : schema.parse(opened);
};

/** The helpers of an organisation in the order in which they were registered. @throws ZodError for a false cursor. */
export const listHelpers = async (
  db: ReadDatabase,
  vault: Vault,
  { organisationId, page, now }: { organisationId: ProviderId; page: PageRequest; now: Instant },
) => {
  const rows = z.array(HelperRow).parse(
    db.all(
      `SELECT * FROM helpers WHERE organisationId = ? AND (registeredAt, helperId) > (?, ?)
         ORDER BY registeredAt, helperId LIMIT ?`,
      organisationId,
      ...decodeCursor(page.after),
      page.first + 1,
    ),
  );
  const helperIds = rows.slice(0, page.first).map((row) => row.helperId);
  const assignments = z.array(AssignmentRow).parse(
    db.all(
      `SELECT * FROM assignments WHERE helperId IN (SELECT value FROM json_each(?)) AND untilAt > ?
         ORDER BY fromAt, matchId`,
      JSON.stringify(helperIds),
      beginOfWeek(now),
    ),
  );
  const byHelper = Map.groupBy(assignments, (it) => it.helperId);
  await vault.load(helperIds);
  return pageFrom(
    rows,
    page.first,
    (row) => [row.registeredAt, row.helperId],
    ({ registeredAt: _, askedAt: __, about, ...row }): HelperView => ({
      ...row,
      name: openColumn(vault, row.name, z.string()),
      phone: openColumn(vault, row.phone, z.string()),
      place: openColumn(vault, row.place, Place),
      ...(about === null ? {} : { about: openColumn(vault, about, HelperAbout) }),
      assignments: (byHelper.get(row.helperId) ?? []).map(({ bookingId, fromAt, untilAt }) => ({
        bookingId,
        span: { from: fromAt, until: untilAt },
      })),
    }),
  );
};
