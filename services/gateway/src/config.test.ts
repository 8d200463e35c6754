import { readFileSync } from 'node:fs';
import { readSettings, settingsTable } from '@adempauze/http';
import { expect, test } from '@jest/globals';
import { Settings } from './config.ts';

const least = {
  OFFERS_URLS: 'http://127.0.0.1:4101, http://127.0.0.1:4102',
  BOOKINGS_URLS: 'http://127.0.0.1:4201',
  MATCHING_URLS: 'http://127.0.0.1:4301',
  INVOICING_URLS: 'http://127.0.0.1:4401',
};

test('where the services are is all that must be told', () => {
  expect(readSettings(Settings, least)).toMatchObject({
    OFFERS_URLS: ['http://127.0.0.1:4101', 'http://127.0.0.1:4102'],
    ...{ PORT: 4000, HOST: '127.0.0.1', SHARE_PORT: false, DEMONSTRATION: 'off' },
  });
  expect(readSettings(Settings, { ...least, SHARE_PORT: 'true' }).SHARE_PORT).toBe(true);
});

test.each([
  ['OFFERS_URLS', 'offers:4101'],
  ['SHARE_PORT', 'ja'],
  ['SERVICE_TOKEN', 'kort'],
  ['METRICS_PORT', '99999'],
])('a wrong %s names itself and keeps its value to itself', (setting, value) => {
  expect(() => readSettings(Settings, { ...least, [setting]: value })).toThrow(setting);
  expect(() => readSettings(Settings, { ...least, [setting]: value })).not.toThrow(value);
});

test('docs/settings.md is the table of the code', () => {
  const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
  expect(page).toContain(settingsTable(Settings));
});
