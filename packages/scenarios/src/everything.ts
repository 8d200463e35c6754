import type { Client } from './client.ts';

const page = 'pageInfo { hasNextPage endCursor }';
const booking =
  'id status revision span { from until } terms { priceCents } quote { ownCostCents lines { kind amountCents } } ' +
  'purpose confirmedAt helperName delivery { deliveryId quantity recordedAt } claim { costCents fundingStatus lines { kind amountCents } }';
const own =
  `{ households(first: 100) { edges { cursor node { id caregiver { name place { name } } recipient { name conditions careProfile } ` +
  `contactPerson { name } mandates { mandateId } } } ${page} } }`;
const supply =
  `{ resources(first: 100) { edges { node { id openings { from until } occupied { bookingId state } } } ${page} } ` +
  `bookings(first: 100) { edges { cursor node { id status revision } } ${page} } }`;
const views: readonly (readonly [account: string, document: string])[] = [
  ['de-vliet', supply],
  ['bij-saskia', supply],
  ['duinroos', supply],
  [
    'carla',
    `{ matchQueue(first: 100) { edges { cursor node { id status helperId refusedBy revision } } ${page} } ` +
      `helpers(first: 100) { edges { cursor node { id name assignments { bookingId } } } ${page} } }`,
  ],
  ['anke', '{ budgets { id balanceCents spends { spendId amountCents at } } }'],
  [
    'rijswijk',
    '{ unmetDemand { form { id } month count } unmetBySource { source reason form { id } month count } schemes { id name source } pots { id balanceCents } }',
  ],
  [
    'rijswijk',
    '{ demandReport(from: "2026-01", until: "2027-12", first: 100) { edges { node { month form { id } requested { value } ' +
      'delivered { value } unmet { source reason count { value } } } } } supplyAndUse(from: "2026-01", until: "2027-12") ' +
      '{ month form { id } supply { capacity held taken overridden letGo } notChosen { kind reason count { value } } } ' +
      'familiarShare(from: "2026-01", until: "2027-12") { month form { id } sharePercent } }',
  ],
  [
    'beheer',
    `{ invoices(first: 100) { edges { cursor node { id number payer { kind id } month totalCents lines { deliveryId kind amountCents } } } ${page} } ` +
      'trialBalance { rows { account debitCents creditCents } debitCents creditCents balanced } parked { edges { node { id } } } }',
  ],
];

/** What everybody sees, as text: to be compared before and after something that should change nothing. */
export const seeEverything = async (client: Client): Promise<string[]> => {
  const seen: string[] = [];
  const look = async (account: string, document: string, variables: object = {}) => {
    const session = await client.as(account);
    const { body } = await session.raw(document, variables);
    seen.push(`${account} ${document}\n${body}`);
    return body;
  };
  for (const [account, document] of views) await look(account, document);
  for (const account of ['fatima', 'jan', 'els', 'nora', 'anke']) {
    const households = new Set((await look(account, own)).match(/(?<="node":\{"id":")[^"]+/g));
    for (const household of households) {
      await look(
        account,
        `query ($household: ID!) { bookings(filter: { household: $household }, first: 100) { edges { cursor node { ${booking} } } ${page} }
           arrangements(household: $household, first: 50) { edges { node { id revision ownCostCents next { step actor }
             parts { partId ref status end blocked span { from until } } } } ${page} }
           entitlements(household: $household) { id usedCents usedHours leftCents leftHours contributionCents } }`,
        { household },
      );
    }
  }
  return seen;
};
