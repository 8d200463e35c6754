import { OnBehalfRef, OnBehalfView, type OnBehalfWhat, TimeSpan } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { Day } from '@adempauze/kernel';
import { z } from 'zod';
import { isStored, type Stored } from '../integration/stored.ts';

/** What was done for a household by whom it lets act for it, at the moment that it was done. Ids and words only. */
const tables = `
  CREATE TABLE on_behalf (
    place INTEGER PRIMARY KEY, entryId TEXT NOT NULL UNIQUE, householdId TEXT NOT NULL, what TEXT NOT NULL,
    refKind TEXT NOT NULL, refId TEXT NOT NULL, facts TEXT NOT NULL, at TEXT NOT NULL, accountId TEXT NOT NULL,
    role TEXT NOT NULL, undoneAt TEXT, undoneBy TEXT
  ) STRICT;
  CREATE INDEX on_behalf_by_household ON on_behalf (householdId);
`;

/** A caregiver who is somebody's contact person too acts for themselves in their own household. */
const acting = `FROM household_accounts WHERE householdId = ?2 AND accountId = ?8 AND role IN ('contact', 'mandate')
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

/** Where to leave a line, where a booking was, from when a series was longer, to which parts of a proposal yes was said. */
const Facts = z.strictObject({
  offerId: z.string().optional(),
  movedFrom: TimeSpan.optional(),
  from: Day.optional(),
  parts: z.array(z.int()).optional(),
});
export type OnBehalfFacts = z.infer<typeof Facts>;

type Done = {
  readonly householdId: string;
  readonly what: OnBehalfWhat;
  readonly ref: OnBehalfRef;
  readonly by: string;
  readonly facts?: OnBehalfFacts;
};

const entry = (event: SourceEvent, { householdId, what, ref, by, facts = {} }: Done): Statement => [
  insert,
  ...[event.id, householdId, what, ref.kind, ref.id, JSON.stringify(facts), event.metadata.at, by],
];

export const onBehalfProjection: Projection<SourceEvent> = {
  name: 'on-behalf-3',
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
             AND what NOT IN ('booking-cancelled', 'series-ended', 'stay-ended', 'arrangement-ended')`,
        ...[doneAt, by, entryId, householdId, ref.id, event.data.whole ? 1 : 0],
      ];
    }
    const by = event.metadata.actor ?? '';
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

const doneIn = (event: Stored, actor: string): Done | undefined => {
  switch (event.type) {
    case 'HouseholdRegistered': {
      const { householdId, registeredBy, mandates } = event.data;
      const [mandate] = mandates;
      const ref = { kind: 'mandate' as const, id: mandate?.mandateId ?? householdId };
      if (mandate === undefined) return undefined;
      return { householdId, what: 'household-registered', ref, by: registeredBy.accountId };
    }
    case 'CareNeedChanged': {
      const { householdId, changedBy: by } = event.data;
      return { householdId, what: 'care-need-changed', ref: { kind: 'household', id: householdId }, by };
    }
    case 'BriefConsentSaid': {
      const { householdId, by } = event.data;
      return { householdId, what: 'brief-consent-said', ref: { kind: 'household', id: householdId }, by };
    }
    case 'ContactPersonChanged': {
      const { householdId } = event.data;
      return { householdId, what: 'contact-person-changed', ref: { kind: 'household', id: householdId }, by: actor };
    }
    case 'MandateGranted':
    case 'MandateWithdrawn': {
      const { householdId, mandateId } = event.data;
      const what = event.type === 'MandateGranted' ? 'mandate-granted' : 'mandate-withdrawn';
      return { householdId, what, ref: { kind: 'mandate', id: mandateId }, by: actor };
    }
    case 'BookingRequested': {
      const { householdId, bookingId, partOf, requestedBy } = event.data;
      if (partOf !== undefined) return undefined;
      return { householdId, what: 'booking-requested', ref: { kind: 'booking', id: bookingId }, by: requestedBy };
    }
    case 'AcceptanceAsked':
    case 'HelperWanted':
    case 'BookingConfirmed': {
      const { householdId, bookingId } = event.data;
      return { householdId, what: 'booking-agreed', ref: { kind: 'booking', id: bookingId }, by: actor };
    }
    case 'BookingMoved': {
      const { householdId, bookingId, movedFrom } = event.data;
      const ref = { kind: 'booking' as const, id: bookingId };
      return { householdId, what: 'booking-moved', ref, by: actor, facts: { movedFrom } };
    }
    case 'AccompanimentChanged': {
      const { householdId, bookingId } = event.data;
      return { householdId, what: 'accompaniment-changed', ref: { kind: 'booking', id: bookingId }, by: actor };
    }
    case 'BookingCancelled': {
      const { householdId, bookingId, by } = event.data;
      if (by !== 'caregiver') return undefined;
      return { householdId, what: 'booking-cancelled', ref: { kind: 'booking', id: bookingId }, by: actor };
    }
    case 'SeriesRequested': {
      const { householdId, seriesId, requestedBy: by, proposedUntil } = event.data;
      // What is proposed asks for the caregiver's own yes.
      if (proposedUntil !== undefined) return undefined;
      return { householdId, what: 'series-requested', ref: { kind: 'series', id: seriesId }, by };
    }
    case 'StayPlanned': {
      const { householdId, stayId, requestedBy: by, proposedUntil } = event.data;
      if (proposedUntil !== undefined) return undefined;
      return { householdId, what: 'stay-planned', ref: { kind: 'stay', id: stayId }, by };
    }
    case 'StayConfirmed':
    case 'StayEnded': {
      const { householdId, stayId } = event.data;
      if (event.type === 'StayEnded' && event.data.by !== 'caregiver') return undefined;
      const what = event.type === 'StayEnded' ? 'stay-ended' : 'stay-agreed';
      return { householdId, what, ref: { kind: 'stay', id: stayId }, by: actor };
    }
    case 'WaitingJoined': {
      const { householdId, waitingId, offerId, requestedBy: by, wishId } = event.data;
      // A list on which a wish stands is left with the wish.
      if (wishId !== undefined) return undefined;
      const ref = { kind: 'waiting' as const, id: waitingId };
      return { householdId, what: 'waiting-joined', ref, by, facts: { offerId } };
    }
    case 'WishMade': {
      const { householdId, wishId, requestedBy: by } = event.data;
      return { householdId, what: 'wish-made', ref: { kind: 'wish', id: wishId }, by };
    }
    case 'ArrangementPlanned': {
      const { householdId, arrangementId, requestedBy: by } = event.data;
      return { householdId, what: 'arrangement-planned', ref: { kind: 'arrangement', id: arrangementId }, by };
    }
    case 'ArrangedPartsConfirmed': {
      const { householdId, arrangementId } = event.data;
      return { householdId, what: 'arrangement-agreed', ref: { kind: 'arrangement', id: arrangementId }, by: actor };
    }
    case 'ArrangedPartsEnded': {
      const { householdId, arrangementId, parts } = event.data;
      // What ends because of something else, its care or the part that it was a trip of, nobody ended by hand.
      if (!parts.some(({ why }) => why === 'caregiver')) return undefined;
      return { householdId, what: 'arrangement-ended', ref: { kind: 'arrangement', id: arrangementId }, by: actor };
    }
    case 'ProposalAccepted':
    case 'ProposalDeclined': {
      const { householdId, proposalId, by } = event.data;
      const what = event.type === 'ProposalAccepted' ? 'proposal-accepted' : 'proposal-declined';
      const facts = event.type === 'ProposalAccepted' ? { parts: event.data.parts } : {};
      return { householdId, what, ref: { kind: 'proposal', id: proposalId }, by, facts };
    }
    case 'BackupsNamed': {
      const { householdId, agreedBy: by } = event.data;
      return { householdId, what: 'backups-named', ref: { kind: 'household', id: householdId }, by };
    }
    case 'FastLaneGiven': {
      const { householdId, flaggedBy: by } = event.data;
      return { householdId, what: 'fast-lane-given', ref: { kind: 'household', id: householdId }, by };
    }
    case 'CareEnded': {
      const { householdId, endedBy: by } = event.data;
      return { householdId, what: 'care-ended', ref: { kind: 'household', id: householdId }, by };
    }
    case 'UrgentOpened': {
      const { householdId, urgentId, openedBy: by } = event.data;
      return { householdId, what: 'urgent-opened', ref: { kind: 'urgent', id: urgentId }, by };
    }
    case 'TaskAgreed': {
      const { householdId, agreementId, recordedBy: by } = event.data;
      return { householdId, what: 'task-agreed', ref: { kind: 'agreement', id: agreementId }, by };
    }
    default:
      return undefined;
  }
};

/** What one action takes back; of the others the undoing is another action of its own. */
export const undoable: ReadonlySet<OnBehalfWhat> = new Set<OnBehalfWhat>([
  ...(['household-registered', 'mandate-granted', 'booking-requested', 'booking-agreed', 'booking-moved'] as const),
  ...(['series-requested', 'series-agreed', 'series-extended', 'stay-planned', 'stay-agreed'] as const),
  ...(['waiting-joined', 'wish-made', 'arrangement-planned', 'arrangement-agreed', 'proposal-accepted'] as const),
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
