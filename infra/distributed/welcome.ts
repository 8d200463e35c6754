import { instantFromMs } from '@adempauze/kernel';
import { accountLines, firstThing } from '@adempauze/standalone/welcome';
import type { Distributed } from '@adempauze/testing/distributed';

/** What a person reads when all is ready: where to look, who can sign in, what to try first. */
export const welcomeLines = (
  { url, folder }: Distributed,
  { demonstration, startedInMs }: { readonly demonstration: 'full' | 'none'; readonly startedInMs: number },
): string[] => [
  `Adempauze is ready: ${url}`,
  `  (in ${(startedInMs / 1000).toFixed(1)} s; alles staat in / everything is kept in ${folder})`,
  '',
  `  GraphQL en GraphiQL   ${url}/graphql`,
  `  Gezondheid / health   ${url}/health/ready   (van elke dienst / of every service: ADRES/health/ready)`,
  `  Metingen / metrics    ADRES/metrics (adressen in de tabel / addresses in the table)`,
  ...accountLines(),
  `    (met / with: npm run token -- ACCOUNT --target ${url})`,
  ...(demonstration === 'full' ? firstThing(url, instantFromMs(Date.now())) : []),
  '',
  '  Enter toont de tabel; Ctrl-C stopt alles op volgorde. / Enter shows the table; Ctrl-C stops all in order.',
  '',
];
