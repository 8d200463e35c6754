import { PersonId } from '@adempauze/contracts';
import { demonstrationIdentity } from '@adempauze/gateway';
import { demonstrationAccounts } from '@adempauze/gateway/demonstration';
import type { AccountOf } from './households.ts';

/** An account of the demonstration as the gateway will know it. */
export const accountOf: AccountOf = (account) => {
  const name = demonstrationAccounts.find((it) => it.account === account)?.name ?? account;
  const { accountId, personId } = demonstrationIdentity(account);
  return { accountId, personId: PersonId.parse(personId), name };
};
