import { readFileSync } from 'node:fs';
import { readSettings, settingsTable } from '@adempauze/http';
import { expect, test } from '@jest/globals';
import { Settings } from './config.ts';

test('npm start needs no settings', () => {
  expect(readSettings(Settings, {})).toMatchObject({
    PORT: 4000,
    HOST: '127.0.0.1',
    DATA_FOLDER: 'data',
    DEMONSTRATION: 'full',
  });
});

test.each([
  ['PORT', 'seventy'],
  ['DEMONSTRATION', 'maybe'],
  ['CLOCK_START', 'tomorrow'],
  ['ORIGIN', 'here'],
])('a wrong %s names itself and keeps its value to itself', (setting, value) => {
  expect(() => readSettings(Settings, { [setting]: value })).toThrow(setting);
});

test('docs/settings.md is the table of the code', () => {
  const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
  expect(page).toContain(settingsTable(Settings));
});
