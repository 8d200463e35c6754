import { PersonId } from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/** Kept for ever: a changed shape raises its version and takes an upcaster. */
export const PersonEvent = z.discriminatedUnion('type', [
  event('PersonForgotten', { personId: PersonId, forgottenAt: Instant }),
]);
export type PersonEvent = z.infer<typeof PersonEvent>;

export const personStream = (personId: string) => `person-${personId}`;
