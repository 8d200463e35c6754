import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/* Servers that calendars are read from in tests: real ones, on this machine. */

/** For agenda.example and other.example; made for these tests, signed by itself, and good for nothing else. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBsjCCAVmgAwIBAgIUXAq0Kv0cBUtVvNM2OleqCd+WqsUwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOYWdlbmRhLmV4YW1wbGUwIBcNMjYxMTIzMDAyMjE1WhgPMjEy
NjEwMzAwMDIyMTVaMBkxFzAVBgNVBAMMDmFnZW5kYS5leGFtcGxlMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEYAxtXzT1CCdfFnVLPS7HOmzNIOwgqD7ljsZXAuHr
XdNweSGkQ6m159+t3ssjtWH+ZY9nv8k8KKyjKxPGboNXNaN9MHswHQYDVR0OBBYE
FO5gBNUORV7IxkoikUZAQK1HLUq8MB8GA1UdIwQYMBaAFO5gBNUORV7IxkoikUZA
QK1HLUq8MA8GA1UdEwEB/wQFMAMBAf8wKAYDVR0RBCEwH4IOYWdlbmRhLmV4YW1w
bGWCDW90aGVyLmV4YW1wbGUwCgYIKoZIzj0EAwIDRwAwRAIgQknb5S+jLokPOGe6
M60jEXx7jTPsY+eBfFttWQfT23MCIGDCRQLmMRlMAaflgw8eWopWrIcUE+PHIz+G
XbC5vwdq
-----END CERTIFICATE-----
`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgeg37w51LfqghM//V
Io0HkhXTf8Wq8gN2MW7fAfiUUsChRANCAARgDG1fNPUIJ18WdUs9Lsc6bM0g7CCo
PuWOxlcC4etd03B5IaRDqbXn363eyyO1Yf5lj2e/yTworKMrE8Zug1c1
-----END PRIVATE KEY-----
`;

const listening = async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
export const serve = (listener: RequestListener) => listening(createServer(listener));
export const serveTls = (listener: RequestListener) => listening(createTlsServer({ key, cert: certificate }, listener));

/** A calendar with one meeting, on the very hour. */
export const calendarOf = (...meetings: readonly (readonly [from: string, until: string])[]): string =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y//EN'],
    ...meetings.flatMap(([from, until], index) => [
      ...['BEGIN:VEVENT', `UID:${index}@elsewhere`, 'DTSTAMP:20270101T000000Z', 'SUMMARY:Tandarts'],
      ...[`DTSTART:${from}`, `DTEND:${until}`, 'END:VEVENT'],
    ]),
    ...['END:VCALENDAR', ''],
  ].join('\r\n');
