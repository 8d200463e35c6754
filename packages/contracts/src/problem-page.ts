import { problems } from './problems.ts';

/** `docs/problems.md`: every way in which a rule says no, in both languages, made from `problems.ts`. */
export const problemPage = (): string =>
  [
    '# Problems',
    '',
    'Every way in which a rule says no. Made by `npm run contracts` from `packages/contracts/src/problems.ts`. Over GraphQL a',
    'rejection is data (`Rejected { code message(language) }`); between services it is problem+json whose `type` ends in the code,',
    'status 422, or 404 where the code ends in `-not-found`. What is not there and what is not yours look the same.',
    '',
    '| code | Nederlands | English |',
    '| --- | --- | --- |',
    ...Object.entries(problems).map(([code, { nl, en }]) => `| \`${code}\` | ${nl} | ${en} |`),
    '',
  ].join('\n');
