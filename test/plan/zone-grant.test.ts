import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAce } from '../../src/formats/sddl.ts';
import { decodeSecurityDescriptor, encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import type { PlannedChange, SkippedName } from '../../src/plan/plan.ts';
import { inheritableGrant, planZoneGrant } from '../../src/plan/zone-grant.ts';
import type { Zone } from '../../src/records/zone.ts';
import { descriptorBytes, fullSddl, SDDL, SOME_GUID, zoneOf } from '../support/corp.ts';
import { COMPUTER, DHCP } from '../support/corp-plan.ts';

const ZONE_SDDL = 'O:DAG:DAD:AI(A;;FULL;;;DA)(A;;CC;;;AU)(A;CIID;FULL;;;EA)';
const GRANT = '(OA;CIIO;FULL;;e0fa1e8c-9b45-11d0-afdd-00c04fd930c9;DOM-1155)';

function zone(sddl: string | Uint8Array | null): Zone {
  const descriptor = typeof sddl === 'string' ? descriptorBytes(sddl) : sddl;
  return { ...zoneOf(), descriptor, objectGuid: SOME_GUID, descriptorVersion: 5 };
}

function planned(sddl: string, updaters = [DHCP]): PlannedChange {
  const outcome = planZoneGrant(zone(sddl), updaters, SDDL);
  assert.ok(outcome.kind === 'change', outcome.kind === 'skipped' ? outcome.skipped.reason : '');
  return outcome.change;
}

function skipped(sddl: string | Uint8Array | null): SkippedName {
  const outcome = planZoneGrant(zone(sddl), [DHCP], SDDL);
  assert.ok(outcome.kind === 'skipped');
  return outcome.skipped;
}

test('inheritableGrant() gives full control of every dnsNode below, and none of the zone itself', () => {
  assert.equal(formatAce(inheritableGrant(DHCP.principal.sid), SDDL), fullSddl(GRANT));
});

test('planZoneGrant() plans one entry on the zone, explicit and before what is inherited', () => {
  const change = planned(ZONE_SDDL);
  const { zone: name, fqdn, dn, objectGuid, ownerClass, before } = change;
  assert.deepEqual(
    { name, fqdn, dn, objectGuid, ownerClass, version: before.version },
    {
      name: 'corp.example.com',
      fqdn: 'corp.example.com',
      dn: zoneOf().dn,
      objectGuid: SOME_GUID,
      ownerClass: 'zone',
      version: 5,
    },
  );
  assert.equal(
    change.after.sddl,
    fullSddl(`O:DAG:DAD:AI(A;;FULL;;;DA)(A;;CC;;;AU)${GRANT}(A;CIID;FULL;;;EA)`),
  );
  assert.deepEqual(change.add, [{ ace: fullSddl(GRANT), principal: DHCP.principal, reason: DHCP.reason }]);
});

test('planZoneGrant() says its price: what it reaches, what it does not, and when', () => {
  const notes = planned(ZONE_SDDL).notes.join('\n');
  assert.match(
    notes,
    /every name in the zone, present and future, those of domain controllers and servers too/,
  );
  assert.match(notes, /protected from inheritance are not reached/);
  assert.match(notes, /a name has it when dnsacl audit says so/);
  assert.equal(planned(ZONE_SDDL).notes.length, 3);
});

test('planZoneGrant() keeps an odd order, and says that too', () => {
  const notes = planned('O:DAG:DAD:(A;;CC;;;AU)(D;;CC;;;BG)').notes;
  assert.equal(notes[3], 'its access list is not in the usual order; the order was kept');
});

test('planZoneGrant() adds nothing that is there already, and only whom it lacks', () => {
  assert.equal(skipped(`${ZONE_SDDL.slice(0, -'(A;CIID;FULL;;;EA)'.length)}${GRANT}`).code, 'already');
  const change = planned(`O:DAG:DAD:${GRANT}`, [DHCP, COMPUTER]);
  assert.deepEqual(
    change.add.map(({ principal }) => principal.sid),
    [COMPUTER.principal.sid],
  );
});

test('planZoneGrant() skips a zone without a list: one entry in it would shut everybody else out', () => {
  for (const sddl of ['O:DAG:DAD:NO_ACCESS_CONTROL', 'O:DAG:DA']) {
    const { code, reason } = skipped(sddl);
    assert.equal(code, 'no-effect');
    assert.match(reason, /access list is (?:null|absent): the first entry would shut everybody else out/);
  }
});

test('planZoneGrant() skips a zone that cannot be read, and one whose list is full', () => {
  assert.equal(skipped(null).code, 'unreadable');
  const before = decodeSecurityDescriptor(descriptorBytes(ZONE_SDDL));
  assert.ok(before.dacl.kind === 'present');
  const slack = new Uint8Array(0xffff - 150);
  const full = encodeSecurityDescriptor({
    ...before,
    dacl: { kind: 'present', acl: { ...before.dacl.acl, slack } },
  });
  const { code, reason } = skipped(full);
  assert.equal(code, 'too-large');
  assert.match(reason, /^the zone's list would take \d+ bytes, at most 65535 fit$/);
});
