import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditedName } from '../../src/assess/audit.ts';
import { createDescriptorDecoder } from '../../src/formats/node-descriptor.ts';
import { decodeSecurityDescriptor, encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import type { PlannedChange, SkippedName } from '../../src/plan/plan.ts';
import { planReplace, type Replacement } from '../../src/plan/replace.ts';
import type { Principal } from '../../src/records/account.ts';
import { descriptorBytes, domainSid, fullSddl, INHERITED, RIDS, SDDL } from '../support/corp.ts';
import { auditedNode, COMPUTER, DHCP } from '../support/corp-plan.ts';

const OLD: Principal = { sid: domainSid(RIDS.orphan), name: null, kind: 'unknown' };
const PAIR: Replacement = { old: OLD, new: COMPUTER };

function planned(name: AuditedName, pair = PAIR): PlannedChange {
  const outcome = planReplace(name, pair, SDDL);
  assert.ok(outcome.kind === 'change', outcome.kind === 'skipped' ? outcome.skipped.reason : '');
  return outcome.change;
}

function skipped(name: AuditedName, pair = PAIR): SkippedName {
  const outcome = planReplace(name, pair, SDDL);
  assert.ok(outcome.kind === 'skipped');
  return outcome.skipped;
}

const REC = 'e0fa1e69-9b45-11d0-afdd-00c04fd930c9';

const REPLACEMENTS: readonly (readonly [why: string, before: string, after: string])[] = [
  ['full control', '(A;;FULL;;;DOM-1187)(A;;RP;;;WD)', '(A;;RP;;;WD)(A;;FULL;;;DOM-1109)'],
  [
    'each of several entries, rights and object types kept',
    `(A;;RP;;;DOM-1187)(OA;;WP;${REC};;DOM-1187)`,
    `(A;;RP;;;DOM-1109)(OA;;WP;${REC};;DOM-1109)`,
  ],
  ['a deny entry too', '(D;;SD;;;DOM-1187)(A;;RP;;;WD)', '(D;;SD;;;DOM-1109)(A;;RP;;;WD)'],
  [
    'none that is inherited',
    '(A;;RP;;;DOM-1187)(A;ID;WP;;;DOM-1187)',
    '(A;;RP;;;DOM-1109)(A;ID;WP;;;DOM-1187)',
  ],
  ['two equal entries by one', '(A;;RP;;;DOM-1187)(A;;RP;;;DOM-1187)', '(A;;RP;;;DOM-1109)'],
  ['by what the new one has already', '(A;;RP;;;DOM-1109)(A;;RP;;;DOM-1187)', '(A;;RP;;;DOM-1109)'],
];

for (const [why, before, after] of REPLACEMENTS) {
  test(`planReplace() replaces ${why}`, () => {
    const change = planned(auditedNode(`O:SYG:SYD:AI${before}`, []));
    assert.equal(change.after.sddl, fullSddl(`O:SYG:SYD:AI${after}`));
    const entries = (text: string): readonly string[] => text.match(/\([^)]*\)/g) ?? [];
    const had = entries(fullSddl(before));
    for (const { ace, reason } of change.add) {
      assert.ok(!had.includes(ace), ace);
      assert.equal(reason, `replaces ${OLD.sid}`);
    }
    for (const { ace, reason } of change.remove) {
      assert.ok(had.includes(ace), ace);
      assert.equal(reason, 'replaced by CORP\\PC1$');
    }
    const has = entries(fullSddl(after));
    assert.equal(has.length, had.length - change.remove.length + change.add.length);
  });
}

test('planReplace() skips a name on which the old principal has no entry of its own', () => {
  for (const sddl of [`O:SYG:SYD:AI(A;ID;FULL;;;DOM-1187)${INHERITED}`, 'O:SYG:SYD:NO_ACCESS_CONTROL']) {
    const { code, reason } = skipped(auditedNode(sddl));
    assert.equal(code, 'nothing-to-remove');
    assert.equal(reason, `${OLD.sid} has no entry of its own on it`);
  }
  assert.equal(skipped(auditedNode(null)).code, 'unreadable');
});

test('planReplace() skips a name on which the new principal, or anybody expected, would lose by it', () => {
  const denied = 'O:SYG:SYD:(D;;WP;;;DOM-1187)(A;;FULL;;;DOM-1109)';
  assert.equal(skipped(auditedNode(denied, [])).code, 'would-lose');
  const group: Principal = { sid: domainSid(513), name: 'CORP\\Domain Users', kind: 'group' };
  const byGroup = auditedNode('O:SYG:SYD:(A;;FULL;;;DU)(A;;FULL;;;DOM-1109)', [DHCP]);
  const { code, reason } = skipped(byGroup, { old: group, new: COMPUTER });
  assert.equal(code, 'would-lose');
  assert.equal(reason, 'CORP\\dhcp_update could not update it any more; grant first, then replace');
});

test('planReplace() lets the old principal lose it: that is what was asked for', () => {
  const pair = { old: DHCP.principal, new: COMPUTER };
  assert.equal(planned(auditedNode('O:SYG:SYD:(A;;FULL;;;DOM-1155)', [DHCP]), pair).add.length, 1);
});

test('planReplace() keeps an odd order, and says so', () => {
  const change = planned(auditedNode('O:SYG:SYD:PAI(A;;RP;;;WD)(D;;WP;;;BG)(A;;RP;;;DOM-1187)', []));
  assert.equal(change.after.sddl, fullSddl('O:SYG:SYD:PAI(A;;RP;;;WD)(D;;WP;;;BG)(A;;RP;;;DOM-1109)'));
  assert.equal(change.notes.length, 1);
});

test('planReplace() skips a name whose list has no room for the new entries', () => {
  const before = decodeSecurityDescriptor(descriptorBytes('O:SYG:SYD:(A;;RP;;;WD)(A;;FULL;;;BO)'));
  assert.ok(before.dacl.kind === 'present');
  const slack = new Uint8Array(0xffff - 8 - 20 - 24);
  const bytes = encodeSecurityDescriptor({
    ...before,
    dacl: { kind: 'present', acl: { ...before.dacl.acl, slack } },
  });
  const name: AuditedName = {
    ...auditedNode('O:SYG:SYD:', []),
    descriptor: { kind: 'read', bytes, value: createDescriptorDecoder().decode(bytes) },
  };
  const shorter: Principal = {
    sid: 'S-1-5-32-551' as Principal['sid'],
    name: 'Backup Operators',
    kind: 'group',
  };
  assert.equal(skipped(name, { old: shorter, new: COMPUTER }).code, 'too-large');
});
