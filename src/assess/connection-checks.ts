/** What doctor says about the connection: who is signed in, how it is protected, the clocks, the server. */

import type { ConnectionFacts, Identity, ServerFacts } from '../records/inspection.ts';
import type { Check } from './check.ts';

/** A connection and everything that it tells about itself. */
export interface LiveFacts {
  readonly connection: ConnectionFacts;
  readonly identity: Identity;
  /** The account as `CORP\anna`, its SID behind it where it is known; null when nothing tells who it is. */
  readonly account: string | null;
  readonly server: ServerFacts;
}

/** Kerberos refuses tickets at a larger difference. [MS-KILE] 3.1.1, RFC 4120 1.6 */
const MAX_SKEW_MS = 5 * 60_000;
const NOTABLE_SKEW_MS = 60_000;

/** msDS-Behavior-Version. [MS-ADTS] 6.1.4.2 to 6.1.4.4 */
const LEVEL_WORDS: Readonly<Record<number, string>> = {
  0: 'Windows 2000',
  1: 'Windows Server 2003 interim',
  2: 'Windows Server 2003',
  3: 'Windows Server 2008',
  4: 'Windows Server 2008 R2',
  5: 'Windows Server 2012',
  6: 'Windows Server 2012 R2',
  7: 'Windows Server 2016',
  10: 'Windows Server 2025',
};

/** Judges a live connection. */
export function checkConnection({ connection, identity, account, server }: LiveFacts): readonly Check[] {
  return [
    checkSignIn(connection, identity, account),
    checkProtection(connection),
    checkClock(server.clockAheadMs),
    checkServer(server),
  ];
}

function checkSignIn(connection: ConnectionFacts, identity: Identity, account: string | null): Check {
  const id = 'sign-in';
  if (account === null) {
    const message = `signed in by ${connection.signIn}, but the server does not tell as whom`;
    return { id, status: 'unknown', message, cure: null };
  }
  const token = `SIDs in its token: ${identity.tokenSids.length}`;
  return { id, status: 'pass', message: `${account} by ${connection.signIn}; ${token}`, cure: null };
}

function checkProtection({ protection, verified }: ConnectionFacts): Check {
  const id = 'protection';
  const { layer, signed, sealed, detail } = protection;
  const words = `${layer}${detail === null ? '' : `, ${detail}`}: ${yes(signed)}signed, ${yes(sealed)}sealed`;
  if (!signed || !sealed) {
    const cure = 'connect with --tls ldaps or --tls starttls';
    return { id, status: 'fail', message: `${words}; others can read or change what is sent`, cure };
  }
  if (!verified) {
    const cure = 'give the CA with --ca FILE and leave out --tls-insecure';
    return { id, status: 'warn', message: `${words}, but the server was not verified`, cure };
  }
  return { id, status: 'pass', message: words, cure: null };
}

function yes(isTrue: boolean): string {
  return isTrue ? '' : 'not ';
}

function checkClock(aheadMs: number | null): Check {
  const id = 'clock';
  if (aheadMs === null) {
    return { id, status: 'unknown', message: 'the server does not tell its time', cure: null };
  }
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const message = `the server's clock is ${seconds} s ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine's`;
  const cure = 'set both clocks by the same time source; Kerberos allows 5 minutes';
  if (Math.abs(aheadMs) > MAX_SKEW_MS) return { id, status: 'fail', message, cure };
  if (Math.abs(aheadMs) > NOTABLE_SKEW_MS) return { id, status: 'warn', message, cure };
  return { id, status: 'pass', message, cure: null };
}

function checkServer({ vendor, levels }: ServerFacts): Check {
  const id = 'server';
  const { forest, domain, controller } = levels;
  const told = [levelWords('forest', forest), levelWords('domain', domain), levelWords('DC', controller)];
  const message = `${vendor ?? 'Windows'}; functional levels: ${told.join(', ')}`;
  const isTold = forest !== null && domain !== null && controller !== null;
  return { id, status: isTold ? 'pass' : 'unknown', message, cure: null };
}

function levelWords(what: string, level: number | null): string {
  return `${what} ${level === null ? 'not told' : (LEVEL_WORDS[level] ?? `level ${level}`)}`;
}
