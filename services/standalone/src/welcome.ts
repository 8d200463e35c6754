import { demonstrationAccounts } from '@adempauze/gateway/demonstration';
import { hourMs, type Instant, plusMs, type Sentence } from '@adempauze/kernel';

/** What a person reads when the marketplace is ready: where to look, who can sign in, what to try first. */
export const welcome = ({
  url,
  folder,
  demonstration,
  issuerUrl,
  keySentence,
  startedInMs,
  now,
}: {
  readonly url: string;
  readonly folder: string;
  readonly demonstration: 'full' | 'none' | 'off';
  /** Who signs people in, when that is not the demonstration itself. */
  readonly issuerUrl: string | undefined;
  readonly keySentence: Sentence | undefined;
  readonly startedInMs: number;
  /** The marketplace’s time. */
  readonly now: Instant;
}): string[] => [
  '',
  `Adempauze is ready: ${url}`,
  `  (in ${(startedInMs / 1000).toFixed(1)} s; alles staat in / everything is kept in ${folder})`,
  '',
  `  GraphQL en GraphiQL   ${url}/graphql`,
  `  Gezondheid / health   ${url}/health/ready`,
  `  Metingen / metrics    ${url}/metrics`,
  ...(keySentence ? ['', `  ${keySentence.nl}`, `  ${keySentence.en}`] : []),
  ...(issuerUrl === undefined ? accountLines() : ['', `  Aanmelden gaat via / people sign in with ${issuerUrl}`]),
  ...(demonstration === 'full' ? firstThing(url, now) : []),
  '',
  '  Ctrl-C stopt. Een nieuwe start vindt alles terug. / Ctrl-C stops; a new start finds everything as it was.',
  '',
];

/** Who can sign in, and as what. */
export const accountLines = (): string[] => [
  '',
  '  Wie kan inloggen / who can sign in (npm run token -- ACCOUNT):',
  ...demonstrationAccounts.map(
    ({ account, role, name, note }) => `    ${account.padEnd(11)}${role.padEnd(14)}${name}: ${note}`,
  ),
];

/** A first question to paste, at this time of the marketplace. */
export const firstThing = (url: string, now: Instant): string[] => [
  '',
  '  Probeer eerst / try this first: zoek blokzorg bij Delft, zonder in te loggen. Plak dit in GraphiQL:',
  `    { searchOffers(near: "Delft", forms: [F01], from: "${now.slice(0, 19)}Z", until: "${plusMs(now, 7 * 24 * hourMs).slice(0, 19)}Z") {`,
  '        edges { node { travelKm offer { title } times { resourceId span { from until } priceCents } } } } }',
  `  Of speel de verhalen na / or play the stories: npm run demo -- --target ${url}`,
];
