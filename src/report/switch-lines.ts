/**
 * The switch of a zone as lines for a DNS server's own tools, Set-DnsServerPrimaryZone and dnscmd. Both go through the
 * server itself, which also sets the time the zone was secured.
 *
 * The name of a zone was made by whoever may create one: in PowerShell it stands in a literal, and what a code page or a
 * quote of another alphabet could end stands as the number of its character. `cmd` has no such literal: there a name of
 * anything but plain characters is left out.
 */

import type { SetMode } from '../plan/switch.ts';
import { safeForScript } from './safe-text.ts';

/** What is to be said. */
export interface SwitchScript {
  readonly zone: string;
  /** The DNS server; null for the machine on which the lines are run. */
  readonly server: string | null;
  readonly before: SetMode;
  readonly after: SetMode;
}

const POWERSHELL_WORDS: Readonly<Record<SetMode, string>> = {
  none: 'None',
  'nonsecure-and-secure': 'NonsecureAndSecure',
  'secure-only': 'Secure',
};
const DNSCMD_NUMBERS: Readonly<Record<SetMode, number>> = {
  none: 0,
  'nonsecure-and-secure': 1,
  'secure-only': 2,
};

/** Means itself, unquoted, for `cmd` and for PowerShell, and is taken for no option. */
const PLAIN_NAME = /^[A-Za-z\d_][A-Za-z\d._/-]*$/;
/** A run of what a PowerShell literal may hold, or one UTF-16 unit of anything else. */
const LITERAL_OR_UNIT = /[ -&(-~]+|[\s\S]/g;

/** The lines that bring a zone into a mode. */
export function switchLines(zone: string, server: string | null, mode: SetMode): readonly string[] {
  const computer = server === null ? '' : ` -ComputerName ${powershellText(server)}`;
  const powershell = `Set-DnsServerPrimaryZone${computer} -Name ${powershellText(zone)} -DynamicUpdate ${POWERSHELL_WORDS[mode]}`;
  if (!PLAIN_NAME.test(zone) || (server !== null && !PLAIN_NAME.test(server)))
    return [powershell, `# dnscmd cannot be given ${safeForScript(zone)} safely; use the line above`];
  const host = server === null ? '' : ` ${server}`;
  return [powershell, `dnscmd${host} /Config ${zone} /AllowUpdate ${DNSCMD_NUMBERS[mode]}`];
}

/** The lines there and back, with a heading each. */
export function renderSwitchLines({ zone, server, before, after }: SwitchScript): string {
  const name = safeForScript(zone);
  return [
    `# ${name}: from ${before} to ${after}; one of these lines, on one DNS server`,
    ...switchLines(zone, server, after),
    '',
    `# the way back: ${before}`,
    ...switchLines(zone, server, before),
    '',
  ].join('\n');
}

/** An expression of PowerShell that gives exactly this text, in ASCII. */
export function powershellText(text: string): string {
  const parts = [...text.matchAll(LITERAL_OR_UNIT)].map(([part]) =>
    part.length > 1 || isLiteral(part)
      ? `'${part}'`
      : `[char]0x${part.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  const [only = "''"] = parts;
  if (parts.length <= 1 && only.startsWith("'")) return only;
  // A string in front, so that + joins text and does not add numbers.
  return `(${["''", ...parts].join(' + ')})`;
}

function isLiteral(character: string): boolean {
  return /^[ -&(-~]$/.test(character);
}
