import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/*
 * `node infra/make-secrets.ts`: makes `infra/.env` with secrets for compose.yaml, once. Keep a copy of the master key
 * elsewhere: without it, names and addresses are unreadable for good.
 */

const file = fileURLToPath(new URL('.env', import.meta.url));
const secrets = {
  MASTER_KEY: randomBytes(32).toString('base64'),
  SERVICE_TOKEN: randomBytes(32).toString('base64url'),
  POSTGRES_PASSWORD: randomBytes(24).toString('base64url'),
  GRAFANA_PASSWORD: randomBytes(18).toString('base64url'),
};
/** What compose.yaml runs; without these two it is for real, see README.md. */
const choices = { COMPOSE_PROFILES: 'demonstration', DEMONSTRATION: 'full' };
const text = Object.entries({ ...secrets, ...choices }).map(([name, value]) => `${name}=${value}\n`);
try {
  writeFileSync(file, text.join(''), { flag: 'wx', mode: 0o600 });
  console.log(`De geheimen staan in ${file}. / The secrets are in ${file}.`);
} catch {
  console.error(`${file} is er al, of kan niet worden geschreven; er is niets veranderd.`);
  console.error(`${file} is there already, or cannot be written; nothing was changed.`);
  process.exitCode = 1;
}
