import { Place, ProviderId, ProviderKind } from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster with a stored fixture. */
export const ProviderEvent = z.discriminatedUnion('type', [
  event('ProviderRegistered', {
    providerId: ProviderId,
    kind: ProviderKind,
    name: z.string(),
    place: Place,
    registeredAt: Instant,
  }),
]);
export type ProviderEvent = z.infer<typeof ProviderEvent>;

export const providerStream = (providerId: string) => `provider-${providerId}`;
