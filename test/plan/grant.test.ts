import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExpectedUpdater } from '../../src/assess/expected-updaters.ts';
import type { OwnedName } from '../../src/assess/owner-class.ts';
import { checkUpdate } from '../../src/assess/update-right.ts';
import { createDescriptorDecoder } from '../../src/formats/node-descriptor.ts';
import { formatAce } from '../../src/formats/sddl.ts';
import { decodeSecurityDescriptor, encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { skip } from '../../src/plan/change.ts';
import { type GrantPolicy, grantingAces, planGrant } from '../../src/plan/grant.ts';
import type { PlannedChange, SkippedName } from '../../src/plan/plan.ts';
import { domainSid, fullSddl, INHERITED, OWNED_BY_SYSTEM, RIDS, SDDL, SOME_GUID } from '../support/corp.ts';
import { COMPUTER, DHCP, ownedNode, POLICY } from '../support/corp-plan.ts';

const REC = 'e0fa1e69-9b45-11d0-afdd-00c04fd930c9';
const TOMB = 'd5eb2eb7-be4e-463b-a214-634a44d7392e';
const HOST = domainSid(RIDS.host);
const BOTH = [COMPUTER, DHCP];

function planned(
  sddl: string,
  updaters: readonly ExpectedUpdater[] = BOTH,
  policy: GrantPolicy = POLICY,
): PlannedChange {
  const outcome = planGrant(ownedNode({ sddl }), updaters, policy);
  assert.ok(outcome.kind === 'change', outcome.kind === 'skipped' ? outcome.skipped.reason : '');
  return outcome.change;
}

function skipped(node: OwnedName, updaters: readonly ExpectedUpdater[] = BOTH): SkippedName {
  const outcome = planGrant(node, updaters, POLICY);
  assert.ok(outcome.kind === 'skipped');
  return outcome.skipped;
}

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

test('grantingAces() gives full control, or write access to the two attributes of an update', () => {
  const texts = (rights: 'full' | 'update') => grantingAces(HOST, rights).map((ace) => formatAce(ace, SDDL));
  assert.deepEqual(texts('full'), [fullSddl('(A;;FULL;;;DOM-1109)')]);
  assert.deepEqual(texts('update'), [`(OA;;WP;${REC};;${HOST})`, `(OA;;WP;${TOMB};;${HOST})`]);
});

test('planGrant() plans one ACE for each updater, before what is inherited', () => {
  const change = planned(OWNED_BY_SYSTEM);
  const explicit = OWNED_BY_SYSTEM.slice(0, -INHERITED.length);
  assert.equal(change.before.sddl, fullSddl(OWNED_BY_SYSTEM));
  assert.equal(
    change.after.sddl,
    fullSddl(`${explicit}(A;;FULL;;;DOM-1109)(A;;FULL;;;DOM-1155)${INHERITED}`),
  );
  assert.deepEqual(change.add, [
    { ace: fullSddl('(A;;FULL;;;DOM-1109)'), principal: COMPUTER.principal, reason: COMPUTER.reason },
    { ace: fullSddl('(A;;FULL;;;DOM-1155)'), principal: DHCP.principal, reason: DHCP.reason },
  ]);
  assert.deepEqual(change.remove, []);
});

test('planGrant() carries what is needed to find the name again and to take the change back', () => {
  const node = { ...ownedNode(), descriptorVersion: 7 };
  const outcome = planGrant(node, BOTH, POLICY);
  assert.ok(outcome.kind === 'change' && node.descriptor.kind === 'read');
  const { zone, fqdn, dn, objectGuid, before } = outcome.change;
  assert.deepEqual(
    { zone, fqdn, dn, objectGuid, version: before.version },
    {
      zone: 'corp.example.com',
      fqdn: 'pc1.corp.example.com',
      dn: node.dn,
      objectGuid: SOME_GUID,
      version: 7,
    },
  );
  assert.deepEqual(bytesOf(before.base64), node.descriptor.bytes);
});

test('planGrant() plans what lets every updater update, by the same check that found the gap', () => {
  for (const rights of ['full', 'update'] as const) {
    const change = planned(OWNED_BY_SYSTEM, BOTH, { ...POLICY, rights });
    const after = createDescriptorDecoder().decode(bytesOf(change.after.base64));
    for (const updater of BOTH) assert.equal(checkUpdate(after, updater.token).access, 'yes');
  }
});

test('planGrant() makes bytes and SDDL of a change say the same', () => {
  const change = planned(OWNED_BY_SYSTEM);
  const after = decodeSecurityDescriptor(bytesOf(change.after.base64));
  assert.deepEqual(encodeSecurityDescriptor(after), bytesOf(change.after.base64));
  assert.equal(after.owner, 'S-1-5-18');
});

test('planGrant() plans only for those who cannot update yet', () => {
  const change = planned(`${OWNED_BY_SYSTEM}(A;;FULL;;;DOM-1109)`);
  assert.deepEqual(
    change.add.map((item) => item.principal.sid),
    [domainSid(RIDS.dhcpUpdate)],
  );
});

test('planGrant() with update rights adds two object ACEs behind the plain ones', () => {
  const change = planned('O:SYG:SYD:AI(A;;RP;;;WD)(A;ID;RP;;;BA)', [COMPUTER], {
    ...POLICY,
    rights: 'update',
  });
  assert.equal(
    change.after.sddl,
    `O:SYG:SYD:AI(A;;RP;;;WD)(OA;;WP;${REC};;${HOST})(OA;;WP;${TOMB};;${HOST})(A;ID;RP;;;BA)`,
  );
});

test('planGrant() lists as added only what it adds, so that taking it back removes nothing else', () => {
  const before = `O:SYG:SYD:(A;;RP;;;WD)(OA;;WP;${REC};;DOM-1109)`;
  const change = planned(before, [COMPUTER], { ...POLICY, rights: 'update' });
  assert.deepEqual(
    change.add.map((item) => item.ace),
    [`(OA;;WP;${TOMB};;${HOST})`],
  );
  assert.equal(change.after.sddl, `${fullSddl(before)}(OA;;WP;${TOMB};;${HOST})`);
});

test('planGrant() gives single principals other rights where the policy says so', () => {
  const policy: GrantPolicy = { ...POLICY, exceptions: new Map([[HOST, 'update']]) };
  assert.deepEqual(
    planned('O:SYG:SYD:(A;;RP;;;WD)', BOTH, policy).add.map((item) => item.ace),
    [`(OA;;WP;${REC};;${HOST})`, `(OA;;WP;${TOMB};;${HOST})`, fullSddl('(A;;FULL;;;DOM-1155)')],
  );
});

test('planGrant() keeps a protected list protected', () => {
  const change = planned('O:SYG:SYD:PAI(A;;RP;;;WD)', [COMPUTER]);
  assert.equal(change.after.sddl, fullSddl('O:SYG:SYD:PAI(A;;RP;;;WD)(A;;FULL;;;DOM-1109)'));
});

test('planGrant() skips a name that everybody expected can update, naming them', () => {
  const { code, reason } = skipped(ownedNode({ sddl: 'O:SYG:SYD:(A;;FULL;;;AU)' }));
  assert.equal(code, 'already');
  assert.equal(
    reason,
    'CORP\\PC1$ can update it already by the entry (A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;AU); CORP\\dhcp_update can update it already by the entry (A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;AU)',
  );
  assert.equal(skipped(ownedNode({ sddl: 'O:SYG:SYD:NO_ACCESS_CONTROL' })).code, 'already');
});

test('planGrant() skips a name whose descriptor was not read, with the reason', () => {
  const { code, reason } = skipped(ownedNode({ sddl: null }));
  assert.equal(code, 'unreadable');
  assert.match(reason, /READ_CONTROL/);
});

test('planGrant() skips a name that nobody is expected for', () => {
  assert.equal(skipped(ownedNode(), []).code, 'no-updater');
});

test('planGrant() plans nothing that a deny ACE would keep from having effect, and names that ACE', () => {
  const { code, reason } = skipped(ownedNode({ sddl: 'O:SYG:SYD:(D;;WP;;;DC)(A;;RP;;;WD)' }), [COMPUTER]);
  assert.equal(code, 'no-effect');
  assert.equal(
    reason,
    'an ACE for CORP\\PC1$ would have no effect: the deny ACE (D;;WP;;;DC) stands before it; remove that first',
  );
});

test('planGrant() helps whom it can and withholds the other, with the deny ACE that stands in the way', () => {
  const change = planned('O:SYG:SYD:(D;;WP;;;DC)(A;;RP;;;WD)');
  assert.equal(change.after.sddl, fullSddl('O:SYG:SYD:(D;;WP;;;DC)(A;;RP;;;WD)(A;;FULL;;;DOM-1155)'));
  assert.deepEqual(
    change.add.map((item) => item.principal.sid),
    [DHCP.principal.sid],
  );
  assert.deepEqual(
    change.withheld.map((item) => item.principal.sid),
    [COMPUTER.principal.sid],
  );
  assert.match(change.withheld[0]?.reason ?? '', /the deny ACE \(D;;WP;;;DC\) stands before it/);
});

test('planGrant() withholds from whom a conditional ACE decides about, and helps the other', () => {
  const change = planned('O:SYG:SYD:(XA;;WP;;;DC;#61727478)');
  assert.deepEqual(
    [change.add.map((item) => item.principal.sid), change.withheld.map((item) => item.principal.sid)],
    [[DHCP.principal.sid], [COMPUTER.principal.sid]],
  );
});

test('planGrant() withholds nothing where everybody can be helped', () => {
  assert.deepEqual(planned(OWNED_BY_SYSTEM).withheld, []);
});

test('planGrant() plans in spite of a deny that is inherited: what is explicit stands before it', () => {
  assert.equal(planned('O:SYG:SYD:AI(D;ID;WP;;;DC)', [COMPUTER]).add.length, 1);
});

test('planGrant() adds nothing beside an equal ACE that a deny robs of its effect', () => {
  const sddl = 'O:SYG:SYD:(D;;WP;;;DC)(A;;FULL;;;DOM-1109)';
  assert.equal(skipped(ownedNode({ sddl }), [COMPUTER]).code, 'no-effect');
});

test('planGrant() judges no name on which a conditional ACE decides', () => {
  const { code, reason } = skipped(ownedNode({ sddl: 'O:SYG:SYD:(XA;;WP;;;DC;#61727478)' }), [COMPUTER]);
  assert.equal(code, 'no-effect');
  assert.match(reason, /CORP\\PC1\$ can update it hangs on a conditional ACE/);
});

test('planGrant() skips a name whose list would not fit, counting slack too', () => {
  const full = decodeSecurityDescriptor(bytesOf(planned('O:SYG:SYD:(A;;RP;;;WD)').before.base64));
  assert.ok(full.dacl.kind === 'present');
  const slack = new Uint8Array(0xffff - 8 - 20 - 40);
  const bytes = encodeSecurityDescriptor({
    ...full,
    dacl: { kind: 'present', acl: { ...full.dacl.acl, slack } },
  });
  const node: OwnedName = {
    ...ownedNode(),
    descriptor: { kind: 'read', bytes, value: createDescriptorDecoder().decode(bytes) },
  };
  const { code, reason } = skipped(node);
  assert.equal(code, 'too-large');
  assert.match(reason, /^the list would take 65567 bytes, at most 65535 fit/);
  assert.equal(planGrant(node, [COMPUTER], POLICY).kind, 'change');
});

test('skip() keeps where the name is', () => {
  assert.deepEqual(skip(ownedNode(), 'static', 'no dynamic record'), {
    kind: 'skipped',
    skipped: {
      zone: 'corp.example.com',
      fqdn: 'pc1.corp.example.com',
      code: 'static',
      reason: 'no dynamic record',
    },
  });
});
