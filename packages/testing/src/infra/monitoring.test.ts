import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { infraFolder, root } from './compose.ts';
import { listExpressions, metricsIn, readAlerts, readDashboard } from './monitoring.ts';

const dashboard = readDashboard();
const sources = globSync('{packages,services}/*/src/**/*.ts', { cwd: root })
  .filter((path) => !/[.](test|servers|fixtures)[.]ts$|packages\/testing/.test(path))
  .map((path) => readFileSync(join(root, path), 'utf8'));

test('every metric that is asked for is written down somewhere in our code', () => {
  const asked = listExpressions().flatMap(({ where, expr }) => metricsIn(expr).map((name) => ({ where, name })));
  expect(asked.length).toBeGreaterThan(30);
  for (const { where, name } of asked) {
    // These come with the client library, with `processMetrics`.
    if (/^(process|nodejs)_/.test(name)) continue;
    const base = name.replace(/_(bucket|count|sum)$/, '');
    expect([where, name, sources.some((it) => it.includes(`'${base}'`))]).toEqual([where, name, true]);
  }
});

test('the dashboard asks the data source that is provisioned, and panels do not lie over each other', () => {
  const { datasources } = parse(
    readFileSync(join(infraFolder, 'grafana', 'provisioning', 'datasources', 'prometheus.yaml'), 'utf8'),
  );
  const taken = new Set<string>();
  for (const { title, datasource, targets, gridPos } of dashboard.panels) {
    for (const uid of [datasource.uid, ...targets.map((it) => it.datasource.uid)]) expect(uid).toBe(datasources[0].uid);
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect([title, taken.has(`${x}/${y}`)]).toEqual([title, false]);
        taken.add(`${x}/${y}`);
      }
    }
  }
});

test('the questions of the issue are answered', () => {
  const about = (name: string) =>
    listExpressions().some(({ where, expr }) => where.startsWith('dashboard') && expr.includes(name));
  for (const name of [
    'adempauze_bookings_confirmed_total',
    'adempauze_booking_confirm_seconds_bucket',
    'adempauze_consumer_lag_seconds',
    'adempauze_parked_messages',
    'adempauze_holds_expiring',
    'adempauze_ledger_balance_cents',
    'adempauze_working',
    'adempauze_breaker_state',
    'graphql_request_duration_seconds',
  ]) {
    expect([name, about(name)]).toEqual([name, true]);
  }
});

test('somebody is called for what cannot wait', () => {
  const alerts = readAlerts();
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  for (const name of ['MessagesParked', 'LedgerOutOfBalance', 'ServiceDown', 'NobodyAtWork', 'NobodyPublishes']) {
    expect(alerts.find(({ alert }) => alert === name)?.labels.severity).toBe('page');
  }
});
