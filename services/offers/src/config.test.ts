import { readFileSync } from 'node:fs';
import { settingsTable } from '@adempauze/http';
import { expect, test } from '@jest/globals';
import { Settings } from './config.ts';

test('docs/settings.md is the table of the code', () => {
  const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
  expect(page).toContain(settingsTable(Settings.pick({ CALENDARS_FROM: true })));
});
