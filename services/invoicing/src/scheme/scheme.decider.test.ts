import { GrantSchemeMandate, OpenPot } from '@adempauze/contracts';
import { redacted } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { test } from '@jest/globals';
import { at, hillegom, mandateId, potId, s01 } from '../invoicing.fixtures.ts';
import { mandateDecider } from '../mandate/mandate.decider.ts';
import { potDecider } from '../pot/pot.decider.ts';
import { schemeDecider } from './scheme.decider.ts';

const now = at('2026-01-02T10:00:00Z');

test('a scheme is published once and never changes', () => {
  const given = deciderSpec(schemeDecider);
  const published = { type: 'SchemePublished', data: { ...s01, publishedAt: now } } as const;
  given().when({ type: 'PublishScheme', data: s01, now }).then(published).twiceIsOnce();
  given(published)
    .when({ type: 'PublishScheme', data: { ...s01, rules: { ...s01.rules, periodMonths: 6 } }, now })
    .thenRejected('already-exists');
});

test('a mandate is granted once, also when its holder was forgotten since', () => {
  const given = deciderSpec(mandateDecider);
  const mandate = GrantSchemeMandate.parse({
    mandateId: mandateId(1),
    schemeId: s01.schemeId,
    accountId: 'adviser-1',
    holder: 'Nel de Boer, Mantelzorgpunt',
    from: '2026-01-01',
    until: '2027-01-01',
  });
  const granted = { type: 'SchemeMandateGranted', data: { ...mandate, grantedAt: now } } as const;
  given().when({ type: 'GrantSchemeMandate', data: mandate, now }).then(granted).twiceIsOnce();
  given({ ...granted, data: { ...granted.data, holder: redacted } })
    .when({ type: 'GrantSchemeMandate', data: mandate, now })
    .then();
  given(granted)
    .when({ type: 'GrantSchemeMandate', data: { ...mandate, accountId: 'adviser-2' }, now })
    .thenRejected('already-exists');
});

test('a pot is opened once', () => {
  const given = deciderSpec(potDecider);
  const pot = OpenPot.parse({ potId: potId(1), name: 'Respijtpot', municipalities: [hillegom], amountCents: 500 });
  const opened = { type: 'PotOpened', data: { ...pot, openedAt: now } } as const;
  given().when({ type: 'OpenPot', data: pot, now }).then(opened).twiceIsOnce();
  given(opened)
    .when({ type: 'OpenPot', data: { ...pot, amountCents: 501 }, now })
    .thenRejected('already-exists');
});
