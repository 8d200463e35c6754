import type { Quote, Terms, TimeSpan } from '@adempauze/contracts';
import { hourMs, type Instant, plusMs } from '@adempauze/kernel';
import type { Booking } from '../booking/booking.state.rules.ts';

type Agreed = {
  readonly terms: Pick<Terms, 'cancellation' | 'step' | 'priceCents' | 'bearer'>;
  readonly quote: Pick<Quote, 'ownCostCents'>;
  readonly span: TimeSpan;
  /** From a move that came too late to be free: what it costs is not moved along. */
  readonly lateSince?: Instant | null;
  readonly partOf: Pick<NonNullable<Booking['partOf']>, 'kind'> | null;
  readonly status: Booking['status'];
};

/** What a late cancellation comes to: what the provider is owed, and what of it the caregiver bears. */
export type LateCost = { readonly owedCents: number; readonly ownCostCents: number };

/** A percentage of an amount in whole cents, the half cent upwards. */
export const percentOf = (cents: number, percent: number): number => Math.floor((cents * percent + 50) / 100);

/** Until when it can be cancelled for nothing; null: always. */
export const freeCancelUntil = ({
  terms,
  span,
  partOf,
  lateSince = null,
}: Pick<Agreed, 'terms' | 'span' | 'partOf' | 'lateSince'>): Instant | null => {
  const { cancellation, step } = terms;
  // Getting used to a place is trying, and nobody plans an emergency.
  if (cancellation === undefined || cancellation.lateSharePercent === 0) return null;
  if (step !== undefined || partOf?.kind === 'urgent' || partOf?.kind === 'backup') return null;
  const freeUntil = plusMs(span.from, -cancellation.freeUntilHours * hourMs);
  return lateSince !== null && lateSince < freeUntil ? lateSince : freeUntil;
};

/**
 * What it costs to cancel now by the terms agreed; undefined: nothing. Only a confirmed booking has cost the provider
 * somebody else's. The caregiver bears the same share of the own cost that was shown when confirming (R46), so never more.
 */
export const lateCostOf = (booking: Agreed, now: Instant): LateCost | undefined => {
  const { terms, quote, status } = booking;
  const freeUntil = freeCancelUntil(booking);
  const percent = terms.cancellation?.lateSharePercent ?? 0;
  if (freeUntil === null || now <= freeUntil || status !== 'confirmed') return undefined;
  const owedCents = percentOf(terms.priceCents, percent);
  if (owedCents === 0) return undefined;
  const shareCents = terms.bearer === 'own' ? percentOf(quote.ownCostCents, percent) : 0;
  return { owedCents, ownCostCents: Math.min(shareCents, owedCents) };
};
