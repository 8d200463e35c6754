import { OnBehalfRef, OnBehalfView, type OnBehalfWhat } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { z } from 'zod';
import { isStored, type Stored } from '../integration/stored.ts';
import { type Done, doneIn, Facts, type OnBehalfFacts } from './done-on-behalf.ts';

/** What was done for a household by whom it lets act for it, at the moment that it was done. Ids and words only. */
const tables = `
  CREATE TABLE on_behalf (
    place INTEGER PRIMARY KEY, entryId TEXT NOT NULL UNIQUE, householdId TEXT NOT NULL, what TEXT NOT NULL,
    refKind TEXT NOT NULL, refId TEXT NOT NULL, facts TEXT NOT NULL, at TEXT NOT NULL, accountId TEXT NOT NULL,
    role TEXT NOT NULL, undoneAt TEXT, undoneBy TEXT
  ) STRICT;
  CREATE INDEX on_behalf_by_household ON on_behalf (householdId);
  CREATE TABLE on_behalf_wished (waitingId TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

/** A caregiver who is somebody's contact person too acts for themselves in their own household. */
const acting = `FROM household_accounts WHERE householdId = ?2 AND accountId = ?8 AND role IN ('contact', 'mandate')
  AND NOT (?3 = 'waiting-left' AND EXISTS (SELECT 1 FROM on_behalf_wished WHERE waitingId = ?5))
  AND NOT EXISTS (SELECT 1 FROM household_accounts AS own
    WHERE own.householdId = ?2 AND own.accountId = ?8 AND own.role = 'caregiver')
  ORDER BY role LIMIT 1`;
const insert = `INSERT OR IGNORE INTO on_behalf
  (entryId, householdId, what, refKind, refId, facts, at, accountId, role)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, role ${acting}`;
/** A series says of whom it is at its beginning only. */
const insertOfSeries = `INSERT OR IGNORE INTO on_behalf
  (entryId, householdId, what, refKind, refId, facts, at, accountId, role)
  SELECT ?1, series.householdId, ?2, 'series', ?3, ?4, ?5, ?6, accounts.role
  FROM series JOIN household_accounts AS accounts USING (householdId)
  WHERE seriesId = ?3 AND accountId = ?6 AND role IN ('contact', 'mandate')
    AND NOT EXISTS (SELECT 1 FROM household_accounts AS own
      WHERE own.householdId = series.householdId AND own.accountId = ?6 AND own.role = 'caregiver')
  ORDER BY role LIMIT 1`;

const entry = (event: SourceEvent, { householdId, what, ref, by, facts = {} }: Done): Statement => [
  insert,
  ...[event.id, householdId, what, ref.kind, ref.id, JSON.stringify(facts), event.metadata.at, by],
];

export const onBehalfProjection: Projection<SourceEvent> = {
  name: 'on-behalf-4',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    if (event.type === 'UndoDone') {
      const { householdId, entryId, ref, doneAt, by } = event.data;
      // Whatever else was done with the same thing is undone with it, unless only a move or an extension was. An end that
      // came before stays what it was: that comes not back.
      return [
        `UPDATE on_behalf SET undoneAt = ?1, undoneBy = ?2 WHERE entryId = ?3
           OR ?6 = 1 AND householdId = ?4 AND refId = ?5 AND at <= ?1
             AND what NOT IN ('booking-cancelled', 'care-not-given', 'series-ended', 'outcome-said', 'stay-ended',
               'waiting-left', 'wish-ended', 'arrangement-ended')`,
        ...[doneAt, by, entryId, householdId, ref.id, event.data.whole ? 1 : 0],
      ];
    }
    const by = event.metadata.actor ?? '';
    // A list on which a wish stands is joined and left with the wish.
    if (event.type === 'WaitingJoined' && event.data.wishId !== undefined)
      return ['INSERT OR IGNORE INTO on_behalf_wished VALUES (?)', event.data.waitingId];
    const series = seriesEntry(event, by);
    if (series !== undefined) return series;
    const done = doneIn(event, by);
    return done && entry(event, done);
  },
};

const seriesEntry = (event: Stored, by: string): Statement | undefined => {
  const of = (what: OnBehalfWhat, seriesId: string, facts: OnBehalfFacts = {}): Statement => [
    insertOfSeries,
    ...[event.id, what, seriesId, JSON.stringify(facts), event.metadata.at, by],
  ];
  switch (event.type) {
    case 'SeriesConfirmed':
      return of('series-agreed', event.data.seriesId);
    case 'SeriesExtended': {
      const [first] = event.data.dates;
      return of('series-extended', event.data.seriesId, first === undefined ? {} : { from: first.on });
    }
    case 'SeriesEnded':
      return event.data.by === 'caregiver' ? of('series-ended', event.data.seriesId) : undefined;
    default:
      return undefined;
  }
};

/** What one action takes back; of the others the undoing is another action of its own. */
export const undoable: ReadonlySet<OnBehalfWhat> = new Set<OnBehalfWhat>([
  ...(['household-registered', 'mandate-granted', 'booking-requested', 'booking-agreed', 'booking-moved'] as const),
  ...(['series-requested', 'series-agreed', 'series-extended', 'stay-planned', 'stay-agreed'] as const),
  ...(['waiting-joined', 'wish-made', 'arrangement-planned', 'arrangement-extended', 'arrangement-agreed'] as const),
  'proposal-accepted',
]);

const Row = z.object({
  ...OnBehalfView.pick({ entryId: true, householdId: true, what: true, at: true }).shape,
  refKind: OnBehalfRef.shape.kind,
  refId: OnBehalfRef.shape.id,
  facts: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(Facts),
  accountId: z.string(),
  role: z.enum(['contact', 'mandate']),
  undoneAt: OnBehalfView.shape.at.nullable(),
  undoneBy: z.string().nullable(),
});
type Row = z.infer<typeof Row>;
const most = 100;

/** The latest first. */
export const listedOnBehalf = (db: ReadDatabase, householdId: string): OnBehalfView[] =>
  db
    .all('SELECT * FROM on_behalf WHERE householdId = ? ORDER BY place DESC LIMIT ?', householdId, most)
    .map((row) => viewOf(Row.parse(row)));

/** One of them, with what undoing it needs. */
export const foundOnBehalf = (
  db: ReadDatabase,
  householdId: string,
  entryId: string,
): { readonly view: OnBehalfView; readonly facts: OnBehalfFacts } | undefined => {
  const found = db.first('SELECT * FROM on_behalf WHERE householdId = ? AND entryId = ?', householdId, entryId);
  const row = found && Row.parse(found);
  return row && { view: viewOf(row), facts: row.facts };
};

const viewOf = ({ entryId, householdId, what, at, refKind, refId, accountId, role, undoneAt, undoneBy }: Row) => ({
  ...{ entryId, householdId, what, at, ref: { kind: refKind, id: refId }, by: accountId },
  role: role === 'contact' ? ('contact-person' as const) : ('mandate' as const),
  undoable: undoable.has(what) && undoneAt === null,
  undone: undoneAt === null || undoneBy === null ? null : { at: undoneAt, by: undoneBy },
});
