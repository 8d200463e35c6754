import { fetchToken } from '@adempauze/gateway/sign-in';

/** Signs accounts of the demonstration in at a marketplace, the way a browser does (code with PKCE): a bearer token. */
export const signInWith =
  ({ target }: { readonly target: string }): ((account: string) => Promise<string>) =>
  (account) =>
    fetchToken(target, account);
