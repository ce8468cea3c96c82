import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditedName } from '../../src/assess/audit.ts';
import { WELL_KNOWN_SIDS } from '../../src/formats/sid.ts';
import type { PlannedChange, SkippedName } from '../../src/plan/plan.ts';
import { explicitTrustees, planRevoke, type RevokePolicy } from '../../src/plan/revoke.ts';
import { domainSid, fullSddl, INHERITED, RIDS, SDDL } from '../support/corp.ts';
import { auditedNode, COMPUTER, DHCP } from '../support/corp-plan.ts';

const ORPHAN = domainSid(RIDS.orphan);
const NOTHING: RevokePolicy = {
  principals: [],
  includeDeny: false,
  orphans: false,
  open: false,
  isOrphan: (sid) => sid === ORPHAN,
  principalOf: (sid) => ({ sid, name: null, kind: 'unknown' }),
  sddl: SDDL,
};
const NAMED: RevokePolicy = { ...NOTHING, principals: [COMPUTER.principal] };
const ORPHANS: RevokePolicy = { ...NOTHING, orphans: true };
const OPEN: RevokePolicy = { ...NOTHING, open: true };

function planned(name: AuditedName, policy: RevokePolicy): PlannedChange {
  const outcome = planRevoke(name, policy);
  assert.ok(outcome.kind === 'change', outcome.kind === 'skipped' ? outcome.skipped.reason : '');
  return outcome.change;
}

function skipped(name: AuditedName, policy: RevokePolicy): SkippedName {
  const outcome = planRevoke(name, policy);
  assert.ok(outcome.kind === 'skipped');
  return outcome.skipped;
}

/** What stays of a list, `-` marking the entries that go. */
const REMOVALS: readonly (readonly [why: string, list: string, policy: RevokePolicy])[] = [
  ['every entry of a named principal', '(A;;RP;;;WD)-(A;;FULL;;;DOM-1109)-(A;;RP;;;DOM-1109)', NAMED],
  ['none that is inherited', '-(A;;FULL;;;DOM-1109)(A;ID;FULL;;;DOM-1109)', NAMED],
  ['no deny entry unless asked for', '(D;;WP;;;DOM-1109)-(A;;RP;;;DOM-1109)', NAMED],
  [
    'deny entries when asked for',
    '-(D;;WP;;;DOM-1109)-(A;;RP;;;DOM-1109)(A;;RP;;;WD)',
    { ...NAMED, includeDeny: true },
  ],
  ['entries of orphans', '-(A;;FULL;;;DOM-1187)(A;;FULL;;;DOM-1130)', ORPHANS],
  ['no deny entry of an orphan', '(D;;WP;;;DOM-1187)-(A;;RP;;;DOM-1187)', ORPHANS],
  [
    'what lets everybody write',
    '-(A;;WP;;;AU)-(A;;GA;;;WD)-(A;;GW;;;DU)-(A;;WP;;;DC)(A;;RP;;;AU)(A;;CC;;;AU)(A;;WP;;;BO)',
    OPEN,
  ],
  ['no inherited write of everybody', '-(A;;WP;;;AU)(A;CIID;WP;;;AU)', OPEN],
  ['both of two that are equal', '-(A;;RP;;;DOM-1109)-(A;;RP;;;DOM-1109)(A;;FULL;;;SY)(A;;FULL;;;SY)', NAMED],
  [
    'nothing whose type is unknown, and a callback entry of a named principal',
    '(0x4;;#00000000)-(XA;;WP;;;DOM-1109;#61727478)(XA;;WP;;;BO;#61727478)',
    NAMED,
  ],
];

for (const [why, list, policy] of REMOVALS) {
  test(`planRevoke() removes ${why}`, () => {
    const change = planned(auditedNode(`O:SYG:SYD:AI${list.replaceAll('-(', '(')}`, []), policy);
    const kept = list.replaceAll(/-\([^)]*\)/g, '');
    assert.equal(change.after.sddl, fullSddl(`O:SYG:SYD:AI${kept}`));
    const removed = [...list.matchAll(/-(\([^)]*\))/g)].map(([, ace]) => fullSddl(ace as string));
    assert.equal(change.remove.length, removed.length);
    assert.deepEqual(change.add, []);
  });
}

test('planRevoke() says of each entry whose it is and why it goes', () => {
  const change = planned(auditedNode('O:SYG:SYD:(A;;WP;;;AU)(A;;RP;;;DOM-1187)', []), {
    ...ORPHANS,
    open: true,
  });
  assert.deepEqual(
    change.remove.map(({ principal, reason }) => [principal.sid, reason]),
    [
      [WELL_KNOWN_SIDS.authenticatedUsers, 'it lets everybody who can sign in write'],
      [ORPHAN, 'its domain answered that there is no such account'],
    ],
  );
});

test('planRevoke() skips a name that has no such entry of its own', () => {
  for (const sddl of [`O:SYG:SYD:AI(A;;FULL;;;SY)${INHERITED}`, 'O:SYG:SYD:NO_ACCESS_CONTROL', 'O:SYG:SY']) {
    assert.equal(
      skipped(auditedNode(sddl), { ...NAMED, orphans: true, open: true }).code,
      'nothing-to-remove',
    );
  }
});

test('planRevoke() skips a name on which somebody expected would lose by it, and names him', () => {
  const sddl = 'O:SYG:SYD:(A;;FULL;;;AU)(A;;FULL;;;DOM-1155)';
  const { code, reason } = skipped(auditedNode(sddl), OPEN);
  assert.equal(code, 'would-lose');
  assert.equal(reason, 'CORP\\PC1$ could not update it any more; grant first, then revoke');
});

test('planRevoke() lets a principal lose it who was named outright, and no other', () => {
  const own = 'O:SYG:SYD:(A;;FULL;;;DOM-1109)(A;;FULL;;;DOM-1155)';
  assert.equal(planned(auditedNode(own), NAMED).remove.length, 1);
  const byGroup = {
    ...NOTHING,
    principals: [{ sid: domainSid(515), name: 'CORP\\Domain Computers', kind: 'group' }],
  } as const;
  assert.equal(skipped(auditedNode('O:SYG:SYD:(A;;FULL;;;DC)', [COMPUTER]), byGroup).code, 'would-lose');
});

test('planRevoke() is not held up by somebody who cannot update the name today either', () => {
  assert.equal(planned(auditedNode('O:SYG:SYD:(A;;WP;;;BG)(A;;RP;;;DOM-1109)'), NAMED).remove.length, 1);
});

test('planRevoke() skips a name whose descriptor was not read', () => {
  assert.equal(skipped(auditedNode(null), NAMED).code, 'unreadable');
});

test('planRevoke() keeps an odd order and a protected list, and says of the order', () => {
  const change = planned(auditedNode('O:SYG:SYD:PAI(A;;RP;;;WD)(D;;WP;;;BG)(A;;RP;;;DOM-1109)', []), NAMED);
  assert.equal(change.after.sddl, 'O:SYG:SYD:PAI(A;;RP;;;WD)(D;;WP;;;BG)');
  assert.deepEqual(change.notes, ['its access list is not in the usual order; the order was kept']);
  assert.deepEqual(planned(auditedNode('O:SYG:SYD:(A;;RP;;;DOM-1109)', []), NAMED).notes, []);
});

test('explicitTrustees() names everybody of the list, as often as they stand in it', () => {
  const sids = explicitTrustees(auditedNode('O:SYG:SYD:AI(A;;RP;;;WD)(A;;WP;;;WD)(A;ID;RP;;;DOM-1155)'));
  assert.deepEqual(
    [...sids].sort(),
    [WELL_KNOWN_SIDS.everyone, WELL_KNOWN_SIDS.everyone, DHCP.principal.sid].sort(),
  );
  assert.deepEqual(explicitTrustees(auditedNode(null)), []);
});
