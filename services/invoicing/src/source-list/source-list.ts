import { BookingId, DeliveryId, FundingDecline, HouseholdId, type Payer } from '@adempauze/contracts';
import type { Projection, ReadDatabase, Statement } from '@adempauze/event-store';
import { z } from 'zod';
import type { StoredEvent } from '../stored-event.ts';

/**
 * What a claim has still to be told: an award or a policy whose period covers care that the pot bears (A16), or a no to
 * the booking that its claim did not know of when it opened. Whichever of the two comes last finds the other here, since
 * both stand in one log; telling is done when the claim has written it down. Late cancellations are no care: they have no
 * household here.
 */
export const sourceListProjection: Projection<StoredEvent> = {
  name: 'sources-1',
  tables: `
    CREATE TABLE sources (sourceId TEXT PRIMARY KEY, kind TEXT NOT NULL, householdId TEXT NOT NULL, forms TEXT NOT NULL,
      fromDay TEXT NOT NULL, untilDay TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX sourcesOf ON sources (householdId);
    CREATE TABLE bookingDeclines (bookingId TEXT, sourceId TEXT, payerKind TEXT NOT NULL, payerId TEXT NOT NULL,
      reason TEXT NOT NULL, declinedAt TEXT NOT NULL, PRIMARY KEY (bookingId, sourceId)) WITHOUT ROWID;
    CREATE TABLE toTell (deliveryId TEXT, kind TEXT, sourceId TEXT, state INTEGER NOT NULL,
      PRIMARY KEY (deliveryId, kind, sourceId)) WITHOUT ROWID;
    CREATE INDEX stillToTell ON toTell (deliveryId) WHERE state < 2;
  `,
  project({ type, data }) {
    switch (type) {
      case 'SchemeAwarded':
        return source(data.entitlementId, 'award', { ...data, forms: data.rules.coveredForms });
      case 'AwardExtended':
        return [
          tellAgain(data.entitlementId, data.until),
          ['UPDATE sources SET untilDay = ? WHERE sourceId = ?', data.until, data.entitlementId],
          tellAllOf(data.entitlementId),
        ];
      case 'PolicyRegistered':
        return source(data.policyId, 'policy', { ...data, forms: data.shares.map(({ form }) => form) });
      case 'BookingFundingDeclined': {
        const { bookingId, payer, reason, declinedAt } = data;
        return [
          [
            'INSERT OR IGNORE INTO bookingDeclines VALUES (?, ?, ?, ?, ?, ?)',
            ...[bookingId, payerKey(payer), payer.kind, payer.id, reason, declinedAt],
          ],
          [
            `INSERT OR IGNORE INTO toTell SELECT deliveryId, 'decline', ?, ${untold} FROM claims
             WHERE bookingId = ? AND householdId IS NOT NULL`,
            ...[payerKey(payer), bookingId],
          ],
        ];
      }
      case 'ClaimOpened': {
        const { deliveryId, bookingId, entitlements, insurer, declines = [] } = data;
        if (data.lateCancellation) return undefined;
        return [
          ...entitlements.map((it) => told(deliveryId, 'award', it.entitlementId)),
          ...(insurer?.policyId === undefined ? [] : [told(deliveryId, 'policy', insurer.policyId)]),
          ...declines.map(({ payer }) => told(deliveryId, 'decline', payerKey(payer))),
          [
            `INSERT OR IGNORE INTO toTell SELECT ?, 'decline', sourceId, ${untold} FROM bookingDeclines WHERE bookingId = ?`,
            ...[deliveryId, bookingId],
          ],
        ];
      }
      case 'FundingDeclined':
        return told(data.deliveryId, 'decline', payerKey(data.payer), heard);
      case 'AwardFound':
        return told(data.deliveryId, 'award', data.source.entitlementId, heard);
      case 'PolicyFound': {
        const { policyId } = data.insurer;
        return policyId === undefined ? undefined : told(data.deliveryId, 'policy', policyId, heard);
      }
      case 'ClaimSettled':
      case 'ClaimReallocated':
        return data.fundingStatus === 'guaranteed'
          ? [divided(data.deliveryId), tellOne(data.deliveryId)]
          : divided(data.deliveryId);
      case 'AllocationKept':
        return divided(data.deliveryId);
      default:
        return undefined;
    }
  },
};

const payerKey = ({ kind, id }: Payer) => `${kind}:${id}`;

/** How far a claim is with what it is told: not written down yet, written down, divided by it. */
const untold = 0;
const heard = 1;
const done = 2;

const told = (deliveryId: string, kind: string, sourceId: string, state = done): Statement => [
  'INSERT INTO toTell VALUES (?, ?, ?, ?4) ON CONFLICT DO UPDATE SET state = max(state, ?4)',
  ...[deliveryId, kind, sourceId, state],
];
const divided = (deliveryId: string): Statement => [
  `UPDATE toTell SET state = ${done} WHERE deliveryId = ? AND state = ${heard}`,
  deliveryId,
];

const source = (
  sourceId: string,
  kind: 'award' | 'policy',
  { householdId, forms, from, until }: { householdId: string; forms: readonly string[]; from: string; until: string },
): Statement[] => [
  [
    'INSERT OR IGNORE INTO sources VALUES (?, ?, ?, ?, ?, ?)',
    ...[sourceId, kind, householdId, JSON.stringify(forms), from, until],
  ],
  tellAllOf(sourceId),
];

const match = `INSERT OR IGNORE INTO toTell
  SELECT c.deliveryId, s.kind, s.sourceId, ${untold} FROM sources s JOIN claims c ON c.householdId = s.householdId
  WHERE c.guaranteed = 1 AND c.deliveredOn >= s.fromDay AND c.deliveredOn < s.untilDay
  AND instr(s.forms, '"' || c.form || '"') > 0`;
const tellAllOf = (sourceId: string): Statement => [`${match} AND s.sourceId = ?`, sourceId];
const tellOne = (deliveryId: string): Statement => [`${match} AND c.deliveryId = ?`, deliveryId];

/** Care on days that an award gets now, of claims that asked it before or are asking it. */
const tellAgain = (sourceId: string, until: string): Statement => [
  `UPDATE toTell SET state = ${untold} WHERE kind = 'award' AND sourceId = ?1 AND deliveryId IN (
     SELECT c.deliveryId FROM sources s JOIN claims c ON c.householdId = s.householdId WHERE s.sourceId = ?1
     AND (c.guaranteed = 1 OR c.settled = 0) AND c.deliveredOn >= s.untilDay AND c.deliveredOn < ?2)`,
  ...[sourceId, until],
];

/** Who said no to a booking before it was given, as far as is known here. */
export const listBookingDeclines = (db: ReadDatabase, bookingId: string): FundingDecline[] =>
  db
    .all(
      'SELECT payerKind, payerId, reason, declinedAt FROM bookingDeclines WHERE bookingId = ? ORDER BY sourceId',
      bookingId,
    )
    .map(({ payerKind, payerId, reason, declinedAt }) =>
      FundingDecline.parse({ payer: { kind: payerKind, id: payerId }, reason, declinedAt }),
    );

const ToTell = z.object({
  deliveryId: DeliveryId,
  bookingId: BookingId,
  householdId: HouseholdId,
  kind: z.enum(['award', 'policy', 'decline']),
  /** Of the entitlement, the policy, or the payer. */
  sourceId: z.string(),
});
/** One claim and one thing that it has to be told. */
export type ToTell = z.infer<typeof ToTell>;

/** What is still to be told, of one household, of one booking, or of all. */
export const listToTell = (
  db: ReadDatabase,
  limit: number,
  only: { readonly householdId?: string; readonly bookingId?: string } = {},
): ToTell[] =>
  db
    .all(
      `SELECT t.deliveryId, c.bookingId, c.householdId, t.kind, t.sourceId FROM toTell t JOIN claims c USING (deliveryId)
       WHERE t.state < 2 AND (?1 IS NULL OR c.householdId = ?1) AND (?2 IS NULL OR c.bookingId = ?2)
       ORDER BY t.deliveryId, t.kind, t.sourceId LIMIT ?3`,
      ...[only.householdId ?? null, only.bookingId ?? null, limit],
    )
    .map((row) => ToTell.parse({ ...row }));
