import { OpenPot } from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/**
 * What was paid into a pot (S26). What is drawn stands in the claims: a guarantee may go below zero, so there is
 * nothing for the pot to guard, and a million deliveries need not queue for one stream.
 */
export const PotEvent = z.discriminatedUnion('type', [event('PotOpened', { ...OpenPot.shape, openedAt: Instant })]);
export type PotEvent = z.infer<typeof PotEvent>;

export const potStream = (potId: string) => `pot-${potId}`;

/** Stands surety wherever no pot was opened for the municipality. */
export const defaultPotId = 'default';
