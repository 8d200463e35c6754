/*
 * The lines of an iCalendar text (RFC 5545, 3.1). Written here and not by ts-ics, with which offers reads calendars: it takes
 * seconds to fold the lines of two thousand entries, and a gateway has other things to do meanwhile.
 */

/** Whole lines with their ends, folded where they are longer than 75 octets, and never within a character. */
export const icalendarText = (lines: readonly string[]): string => lines.map((it) => `${folded(it)}\r\n`).join('');

const mostOctets = 75;

const folded = (line: string): string => {
  if (Buffer.byteLength(line) <= mostOctets) return line;
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const more = Buffer.byteLength(character);
    if (octets + more > mostOctets) {
      parts.push(part);
      part = ' ';
      octets = 1;
    }
    part += character;
    octets += more;
  }
  return [...parts, part].join('\r\n');
};

/** A value of type TEXT (3.3.11). What no calendar text may hold is left out. */
export const escapedText = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
    .replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f]/g, '')
    .replaceAll(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
