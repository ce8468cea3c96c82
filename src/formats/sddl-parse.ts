/**
 * Reads security descriptors from SDDL text. [MS-DTYP] 2.5.1.1
 *
 *     sddl  = part*            each of O: G: D: S: at most once, in any order
 *     part  = (O|G) ":" sid  |  (D|S) ":" flag* ace*
 *     flag  = P | AR | AI | NO_ACCESS_CONTROL
 *
 * As on Windows, letters may be in either case and white space may stand around every part, ACE and field. ACEs
 * are read by sddl-parse-ace.ts.
 */

import type { Ace } from './ace.ts';
import { ACL_REVISIONS } from './acl.ts';
import { NULL_ACL_WORD, type SddlContext } from './sddl-aliases.ts';
import { parseSidToken, scanAce } from './sddl-parse-ace.ts';
import { Scanner, sddlError } from './sddl-scanner.ts';
import { type AclState, CONTROL_FLAGS, type SecurityDescriptor } from './security-descriptor.ts';
import type { Sid } from './sid.ts';

type SidPart = 'O' | 'G';
type AclPart = 'D' | 'S';

const PART = /([OGDS]):\s*/iy;
const SID = /(S-1-(?:0x[0-9a-f]{1,12}|\d+)(?:-\d+)*|[A-Z]{2})\s*/iy;
const ACL_FLAG = /(P|AR|AI|NO_ACCESS_CONTROL)\s*/iy;
const NO_BYTES = new Uint8Array(0);

const CONTROL_BITS = {
  D: {
    P: CONTROL_FLAGS.daclProtected,
    AR: CONTROL_FLAGS.daclComputedInheritanceRequired,
    AI: CONTROL_FLAGS.daclAutoInherited,
    present: CONTROL_FLAGS.daclPresent,
  },
  S: {
    P: CONTROL_FLAGS.saclProtected,
    AR: CONTROL_FLAGS.saclComputedInheritanceRequired,
    AI: CONTROL_FLAGS.saclAutoInherited,
    present: CONTROL_FLAGS.saclPresent,
  },
} as const;

/**
 * Reads a whole descriptor. ACLs get revision 4 when they hold an object ACE, else 2, as on Windows.
 *
 * @throws FormatError with the place in the text; also for an alias whose domain `context` does not know
 */
export function parseSddl(text: string, context: SddlContext): SecurityDescriptor {
  const scanner = new Scanner(text);
  const sids: Partial<Record<SidPart, Sid>> = {};
  const acls: Partial<Record<AclPart, AclState>> = {};
  let control: number = CONTROL_FLAGS.selfRelative;
  while (!scanner.atEnd()) {
    const start = scanner.rest();
    const part = scanner.match(PART)?.[1]?.toUpperCase() as SidPart | AclPart | undefined;
    if (part === undefined) throw sddlError(start, 'O:, G:, D: or S:');
    if (part in sids || part in acls) throw sddlError(start, `${part}: only once`);
    if (part === 'O' || part === 'G') {
      sids[part] = scanSid(scanner, context);
    } else {
      control |= CONTROL_BITS[part].present;
      const flags = scanAclFlags(scanner, part);
      control |= flags.control;
      acls[part] = scanAces(scanner, flags.isNull, context);
    }
  }
  const absent: AclState = { kind: 'absent' };
  return {
    revision: 1,
    sbz1: 0,
    control,
    owner: sids.O ?? null,
    group: sids.G ?? null,
    sacl: acls.S ?? absent,
    dacl: acls.D ?? absent,
  };
}

function scanSid(scanner: Scanner, context: SddlContext): Sid {
  const start = scanner.rest();
  const text = scanner.match(SID)?.[1];
  if (text === undefined) throw sddlError(start, 'a SID or an alias of two letters');
  return parseSidToken({ text, offset: start.offset }, context);
}

function scanAclFlags(scanner: Scanner, part: AclPart): { control: number; isNull: boolean } {
  let control = 0;
  let isNull = false;
  for (let flag = scanner.match(ACL_FLAG); flag !== null; flag = scanner.match(ACL_FLAG)) {
    const name = (flag[1] as string).toUpperCase();
    if (name === NULL_ACL_WORD) isNull = true;
    else control |= CONTROL_BITS[part][name as 'P' | 'AR' | 'AI'];
  }
  return { control, isNull };
}

function scanAces(scanner: Scanner, isNull: boolean, context: SddlContext): AclState {
  const start = scanner.rest();
  const aces: Ace[] = [];
  while (scanner.startsWith('(')) aces.push(scanAce(scanner, context));
  if (isNull) {
    if (aces.length > 0) throw sddlError(start, `no ACEs after ${NULL_ACL_WORD}`);
    return { kind: 'null' };
  }
  const hasObjects = aces.some((ace) => ace.kind === 'object');
  const revision = hasObjects ? ACL_REVISIONS.directoryService : ACL_REVISIONS.basic;
  return { kind: 'present', acl: { revision, sbz1: 0, sbz2: 0, aces, slack: NO_BYTES } };
}
