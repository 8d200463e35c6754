import { parseArgs } from 'node:util';
import { fetchToken, listAccounts } from './flow.ts';

/* `npm run token -- ACCOUNT [--target URL]`: prints a bearer token of a demonstration account, and nothing else. */

const fail = (...lines: readonly string[]): never => {
  for (const line of lines) console.error(line);
  process.exit(1);
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { target: { type: 'string', default: 'http://127.0.0.1:4000' } },
});
const target = values.target.replace(/\/$/, '');
const [account] = positionals;

const accounts = await listAccounts(target).catch(() =>
  fail(`Op ${target} draait (nog) geen Adempauze. / No marketplace runs at ${target} yet: start it with "npm start".`),
);
if (!accounts) {
  fail(`${target} gebruikt een andere aanmelding. / ${target} uses another sign-in: ask its issuer for a token.`);
} else if (account === undefined || !accounts.some((it) => it.account === account)) {
  const width = Math.max(...accounts.map((it) => it.account.length));
  fail(
    account === undefined
      ? 'Kies een account. / Choose an account: npm run token -- ACCOUNT'
      : `Dit account bestaat niet. / There is no account "${account}".`,
    ...accounts.map((it) => `  ${it.account.padEnd(width)}  ${it.name} (${it.role}): ${it.note}`),
  );
} else {
  console.log(await fetchToken(target, account));
}
