import { z } from 'zod';

/** Who a token says somebody is. An employer has no role: it never sees care data (domain.md, section 2). */
export const Role = z.enum([
  'caregiver',
  'provider',
  'coordinator',
  'municipality',
  'insurer',
  'professional',
  'operator',
]);
export type Role = z.infer<typeof Role>;

/** Somebody signed in. `accountId` is opaque; `organisation` is a provider id, a municipality code or an insurer id. */
export type Viewer = { readonly accountId: string; readonly role: Role; readonly organisation: string | undefined };
