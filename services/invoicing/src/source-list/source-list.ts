import { BookingId, DeliveryId, FundingDecline, HouseholdId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, Statement } from '@adempauze/event-store';
import { z } from 'zod';
import type { ClaimSource } from '../claim/claim.events.ts';
import type { StoredEvent } from '../stored-event.ts';

/**
 * What a claim has still to be told: an award or a policy whose period covers care that the pot bears (A16), or a no to
 * the booking that its claim did not know of when it opened. Whichever of the two comes last finds the other here, since
 * both stand in one log; telling is done when the claim has written it down. Late cancellations are no care: they have no
 * household here.
 */
export const sourceListProjection: Projection<StoredEvent> = {
  name: 'sources-2',
  tables: `
    CREATE TABLE sources (sourceId TEXT PRIMARY KEY, kind TEXT NOT NULL, householdId TEXT NOT NULL, forms TEXT NOT NULL,
      fromDay TEXT NOT NULL, untilDay TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX sourcesOf ON sources (householdId);
    CREATE TABLE bookingDeclines (bookingId TEXT, sourceId TEXT, payerKind TEXT NOT NULL, payerId TEXT NOT NULL,
      reason TEXT NOT NULL, declinedAt TEXT NOT NULL, PRIMARY KEY (bookingId, sourceId)) WITHOUT ROWID;
    CREATE TABLE toTell (deliveryId TEXT, kind TEXT, sourceId TEXT, state INTEGER NOT NULL,
      PRIMARY KEY (deliveryId, kind, sourceId)) WITHOUT ROWID;
    CREATE INDEX stillToTell ON toTell (deliveryId) WHERE state < 2;
    CREATE INDEX shortOf ON toTell (sourceId) WHERE state = 3;
  `,
  project({ type, data }) {
    switch (type) {
      case 'SchemeAwarded':
        return source(data.entitlementId, 'award', { ...data, forms: data.rules.coveredForms });
      case 'AwardExtended':
        return [
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
            ...[bookingId, noKey(data), payer.kind, payer.id, reason, declinedAt],
          ],
          [
            `INSERT OR IGNORE INTO toTell SELECT deliveryId, 'decline', ?, ${untold} FROM claims
             WHERE bookingId = ? AND householdId IS NOT NULL`,
            ...[noKey(data), bookingId],
          ],
        ];
      }
      case 'ClaimOpened': {
        const { deliveryId, bookingId, entitlements, declines = [] } = data;
        const { insurer, policies = insurer ? [insurer] : [] } = data;
        if (data.lateCancellation) return undefined;
        return [
          ...entitlements.map((it) => asked(data, it)),
          ...policies.flatMap(({ policyId }) => (policyId === undefined ? [] : [told(deliveryId, 'policy', policyId)])),
          ...declines.map((it) => told(deliveryId, 'decline', noKey(it))),
          asideUnknown(data),
          [
            `INSERT OR IGNORE INTO toTell SELECT ?, 'decline', sourceId, ${untold} FROM bookingDeclines WHERE bookingId = ?`,
            ...[deliveryId, bookingId],
          ],
        ];
      }
      case 'FundingDeclined':
        return told(data.deliveryId, 'decline', noKey(data), heard);
      case 'AwardFound':
        return told(data.deliveryId, 'award', data.source.entitlementId, heard);
      case 'PolicyFound': {
        const { policyId } = data.insurer;
        return policyId === undefined ? undefined : told(data.deliveryId, 'policy', policyId, heard);
      }
      case 'BudgetSpent':
        return data.bookingId === undefined
          ? undefined
          : [
              `INSERT INTO toTell SELECT deliveryId, 'budget', ?, ${untold} FROM claims
               WHERE bookingId = ? AND householdId IS NOT NULL ON CONFLICT DO UPDATE SET state = ${untold}`,
              ...[data.budgetId, data.bookingId],
            ];
      case 'SpendReleased':
        return [`UPDATE toTell SET state = ${untold} WHERE sourceId = ? AND state = ${short}`, data.budgetId];
      case 'BudgetFound':
        // Unless more was set aside meanwhile.
        return [
          `UPDATE toTell SET state = ${heard} WHERE deliveryId = ?1 AND kind = 'budget' AND sourceId = ?2
           AND (SELECT count(*) FROM spends WHERE budgetId = ?2 AND bookingId = ?3) = ?4`,
          ...[data.deliveryId, data.budgetId, data.bookingId, data.spendCount],
        ];
      case 'BudgetAnswered':
        return data.heldCents < data.wantCents ? fellShort(data) : hasEnough(data);
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

/** Of whom and when: who says no again says it of what came to be there in between. */
export const noKey = ({ payer: { kind, id }, declinedAt }: Pick<FundingDecline, 'payer' | 'declinedAt'>) =>
  `${kind}:${id} ${declinedAt}`;

/** How far a claim is with what it is told: not written down yet, written down, divided by it. */
const untold = 0;
const heard = 1;
const done = 2;
/** Only of a free budget: it was empty, and is asked again when something is given back to it. */
const short = 3;

const told = (deliveryId: string, kind: string, sourceId: string, state = done): Statement => [
  'INSERT INTO toTell VALUES (?, ?, ?, ?4) ON CONFLICT DO UPDATE SET state = max(state, ?4)',
  ...[deliveryId, kind, sourceId, state],
];
/** An award that was asked is known, unless its period, as it was then, ended before the care: a longer one is told. */
const asked = (
  { deliveryId, deliveredOn }: Extract<StoredEvent, { type: 'ClaimOpened' }>['data'],
  { entitlementId, until }: ClaimSource,
): Statement => [
  `INSERT OR IGNORE INTO toTell SELECT ?1, 'award', sourceId, ${done} FROM sources
   WHERE sourceId = ?2 AND coalesce(?3, untilDay) > ?4`,
  ...[deliveryId, entitlementId, until ?? null, deliveredOn],
];
const divideTold = `UPDATE toTell SET state = ${done} WHERE deliveryId = ? AND state < 2 AND state = ${heard}`;
const divided = (deliveryId: string): Statement => [
  // `state < 2` is what the index of what is still to be told says, and nearly no claim is in that.
  divideTold,
  deliveryId,
];

/** What was set aside, and not known when the claim opened. */
const asideUnknown = ({
  deliveryId,
  bookingId,
  budget,
  budgets = budget ? [budget] : [],
}: Extract<StoredEvent, { type: 'ClaimOpened' }>['data']): Statement => {
  // Before it was written down by when, all of one budget was.
  const known = budgets.map(({ budgetId, spends }) => [budgetId, spends?.length ?? Number.MAX_SAFE_INTEGER]);
  return [
    `INSERT OR IGNORE INTO toTell SELECT ?1, 'budget', budgetId, ${untold} FROM spends WHERE bookingId = ?2
     GROUP BY budgetId HAVING count(*) > coalesce(json(?3) ->> ('$."' || budgetId || '"'), 0)`,
    ...[deliveryId, bookingId, JSON.stringify(Object.fromEntries(known))],
  ];
};

type OfBudget = { readonly deliveryId: string; readonly budgetId: string };
/** Something may have been given back since it answered. */
const fellShort = ({ deliveryId, budgetId }: OfBudget): Statement => [
  `INSERT INTO toTell SELECT ?1, 'budget', ?2, iif(b.data ->> 'amountCents' >
     (SELECT sum(amountCents) FROM spends WHERE budgetId = ?2), ${untold}, ${short}) FROM budgets b WHERE budgetId = ?2
   ON CONFLICT DO UPDATE SET state = iif(state = ${untold}, state, excluded.state)`,
  ...[deliveryId, budgetId],
];
const hasEnough = ({ deliveryId, budgetId }: OfBudget): Statement => [
  `UPDATE toTell SET state = ${done} WHERE deliveryId = ? AND kind = 'budget' AND sourceId = ? AND state = ${short}`,
  ...[deliveryId, budgetId],
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
  kind: z.enum(['award', 'policy', 'decline', 'budget']),
  /** Of the entitlement, the policy, the no, or the free budget. */
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
