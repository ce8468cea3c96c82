/**
 * One plan and one journal that every form of `show` is rendered from: additions, removals, an entry for a whole zone,
 * one that other tools cannot say, and names that strangers chose.
 */

import { join } from 'node:path';
import { createJournal } from '../../src/apply/journal.ts';
import type { OwnedName } from '../../src/assess/owner-class.ts';
import { DirectoryError } from '../../src/errors.ts';
import { escapeRdnValue } from '../../src/formats/dn.ts';
import { parseAce } from '../../src/formats/sddl.ts';
import { decodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import type { Sid } from '../../src/formats/sid.ts';
import { type ChangeContent, change, skip } from '../../src/plan/change.ts';
import { addAces, removeAces } from '../../src/plan/descriptor-change.ts';
import { planGrant, targetOf } from '../../src/plan/grant.ts';
import { draftPlan, type NameOutcome, type Plan } from '../../src/plan/plan.ts';
import { sealPlan } from '../../src/plan/plan-file.ts';
import { planZoneGrant } from '../../src/plan/zone-grant.ts';
import { storedDescriptor } from '../../src/records/node.ts';
import {
  descriptorBytes,
  domainSid,
  fullSddl,
  INHERITED,
  OWNED_BY_SYSTEM,
  RIDS,
  SDDL,
  zoneOf,
} from './corp.ts';
import { COMPUTER, DHCP, HEAD, ownedNode, POLICY } from './corp-plan.ts';
import { FakeStore } from './fake-store.ts';
import { run } from './run-plan.ts';

/** Names that mean something to a shell, a page, a spreadsheet or a terminal. */
export const HOSTILE_NAMES: readonly string[] = [
  `<img src=x onerror="alert(1)">`,
  `%PATH%&calc|x^"'!A!`,
  '`$(calc)`’; calc #',
  '| [x](javascript:alert) |',
  '\u202etxt.exe',
  'サーバー',
  '=cmd',
];

const OLD_SID: Sid = domainSid(RIDS.orphan);

/** The plan. Its moments, checksum included, are the same in every run. */
export function samplePlan(): Plan {
  const [first, ...others] = HOSTILE_NAMES;
  const outcomes: NameOutcome[] = [
    planGrant(nodeNamed('pc1', OWNED_BY_SYSTEM), [COMPUTER, DHCP], POLICY),
    planGrant(nodeNamed('pc2', `O:SYG:SYD:(D;;WP;;;DC)(A;;RP;;;WD)${INHERITED}`), [COMPUTER, DHCP], POLICY),
    planGrant(nodeNamed('pc3', OWNED_BY_SYSTEM), [COMPUTER], { ...POLICY, rights: 'update' }),
    replaced(nodeNamed('pc4', `O:SYG:SYD:AI(A;;FULL;;;${OLD_SID})(A;;RP;;;WD)${INHERITED}`)),
    unsayable(nodeNamed('pc5', OWNED_BY_SYSTEM)),
    planZoneGrant({ ...zoneOf(), descriptor: descriptorBytes('O:SYG:SYD:AI(A;;FULL;;;DA)') }, [DHCP], SDDL),
    ...others.map((name) => planGrant(nodeNamed(name, OWNED_BY_SYSTEM), [DHCP], POLICY)),
    skip({ zone: 'corp.example.com', fqdn: 'www.corp.example.com' }, 'static', 'it has no dynamic record'),
    skip({ zone: 'corp.example.com', fqdn: 'ftp.corp.example.com' }, 'static', 'it has no dynamic record'),
    skip(
      { zone: 'corp.example.com', fqdn: `${first}.corp.example.com` },
      'already',
      `${first} can update it`,
    ),
  ];
  const options = { command: 'grant', zones: ['corp.example.com'], rights: 'full', csv: null, names: [] };
  const [zone] = HEAD.zones;
  const head = { ...HEAD, options, zones: zone === undefined ? [] : [{ ...zone, names: 80 }] };
  return sealPlan(draftPlan(head, outcomes));
}

/**
 * Writes the journal of a run in which one name was stale, one refused, and the rest went well.
 *
 * @param limit how many names the run got to; all when left out
 */
export async function sampleJournal(folder: string, limit?: number): Promise<string> {
  const file = join(folder, 'run.journal.ndjson');
  const plan = samplePlan();
  const refused = plan.changes[3]?.dn;
  const store = new FakeStore(nodesOf(plan), {
    beforeWrite: ({ dn }) => {
      if (dn !== refused) return;
      const context = { operation: 'change the descriptor of a name', dn, resultCode: 50 };
      throw new DirectoryError('rights', 'Insufficient access rights', context);
    },
  });
  const stale = plan.changes[2];
  if (stale !== undefined) store.overwrite(stale.dn, descriptorBytes('O:SYG:SYD:AI(A;;RP;;;WD)'));
  const journal = await createJournal(file, () => new Date('2026-11-20T21:41:07.123Z'));
  await run(plan, store, journal, 1, { limit });
  await journal.close();
  return file;
}

function nodeNamed(name: string, sddl: string): OwnedName {
  return {
    ...ownedNode({ name: escapeRdnValue(name), sddl }),
    fqdn: `${name}.corp.example.com`,
    descriptorVersion: 3,
  };
}

function replaced(node: OwnedName): NameOutcome {
  const old = parseAce(fullSddl(`(A;;FULL;;;${OLD_SID})`), SDDL);
  const added = parseAce(fullSddl(`(A;;FULL;;;${COMPUTER.principal.sid})`), SDDL);
  return changed(node, (before) => ({
    after: addAces(
      removeAces(before, (ace) => ace.kind !== 'unknown' && ace.sid === OLD_SID),
      [added],
    ),
    add: [{ ace: added, principal: COMPUTER.principal, reason: 'replaces the old account' }],
    remove: [
      {
        ace: old,
        principal: { sid: OLD_SID, name: null, kind: 'unknown' },
        reason: 'replaced by CORP\\PC1$',
      },
    ],
    notes: ['its access list is not in the usual order; the order was kept'],
  }));
}

/** A conditional entry comes back, as undoing a removal plans it. */
function unsayable(node: OwnedName): NameOutcome {
  const ace = parseAce('(XA;;WP;;;DC;#61727478)', SDDL);
  const principal = { sid: domainSid(515), name: 'CORP\\Domain Computers', kind: 'group' } as const;
  return changed(node, (before) => ({
    after: addAces(before, [ace]),
    add: [{ ace, principal, reason: 'removed by the run' }],
    remove: [],
  }));
}

function changed(
  node: OwnedName,
  edit: (before: ChangeContent['before']) => Omit<ChangeContent, 'before' | 'beforeBytes'>,
): NameOutcome {
  const bytes = storedDescriptor(node.descriptor);
  const before = decodeSecurityDescriptor(bytes);
  return change(targetOf(node), { before, beforeBytes: bytes, ...edit(before) }, SDDL);
}

/** The names as a directory holds them before the run. */
function nodesOf(plan: Plan): readonly OwnedName[] {
  return plan.changes.map((planned) => {
    const bytes = new Uint8Array(Buffer.from(planned.before.base64, 'base64'));
    const node = ownedNode();
    if (node.descriptor.kind === 'unreadable') throw new TypeError('the sample name has no descriptor');
    const { dn, before } = planned;
    const descriptor = { ...node.descriptor, bytes };
    return { ...node, dn: dn as OwnedName['dn'], descriptor, descriptorVersion: before.version };
  });
}
