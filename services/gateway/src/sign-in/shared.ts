import type { Adapter } from 'oidc-provider';
import type { SignInKeys } from './keys.ts';

/** What several gateways that sign people in together must have in common. */
export type SharedSignIn = {
  readonly keys: SignInKeys;
  /** Where the provider keeps what it has in hand (sessions, codes, interactions), by kind. */
  readonly adapters: (kind: string) => Adapter;
};
