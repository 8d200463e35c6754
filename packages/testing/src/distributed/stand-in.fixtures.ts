// What a process of the profile looks like from outside: says that it is ready, and stops when told. For tests.
import { createServer } from 'node:http';

const { REPLICA = 'fill', PORT, STAND_IN = '' } = process.env;

const say = (line: string) => process.stdout.write(`${line}\n`);
const log = (msg: string) =>
  say(JSON.stringify({ level: 'info', time: '2026-01-02T03:04:05.678Z', service: REPLICA, msg, part: 'stand-in' }));

if (STAND_IN.includes('fails')) {
  process.stderr.write('De instelling PORT klopt niet.\nThe setting PORT is wrong.\n');
  process.exit(1);
}
process.on('SIGTERM', () => {
  if (STAND_IN.includes('deaf')) return;
  log('stopped');
  process.exit(0);
});
log('starts');
if (PORT !== undefined) {
  const server = createServer((request, response) => {
    if (request.url === '/die') process.exit(3);
    response.end(JSON.stringify(process.env));
  });
  server.listen({ port: Number(PORT), host: '127.0.0.1', reusePort: REPLICA.startsWith('gateway') }, () =>
    say(`${REPLICA} is ready at http://127.0.0.1:${PORT}`),
  );
}
