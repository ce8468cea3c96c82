/** What a plan of many names does not work out twice. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSddl } from '../../src/formats/sddl.ts';
import { encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { addAces } from '../../src/plan/descriptor-change.ts';
import { addAcesOnce, decodeOnce, encodeOnce, textOnce } from '../../src/plan/descriptor-forms.ts';
import { grantingAces, planGrant } from '../../src/plan/grant.ts';
import type { PlannedChange } from '../../src/plan/plan.ts';
import { domainSid, fullSddl, OWNED_BY_SYSTEM, RIDS, SDDL } from '../support/corp.ts';
import { COMPUTER, DHCP, ownedNode, POLICY } from '../support/corp-plan.ts';

const BYTES = encodeSecurityDescriptor(parseSddl(fullSddl(OWNED_BY_SYSTEM), SDDL));
const ADDED = grantingAces(domainSid(RIDS.host), 'full');

function planned(name: string, updater = COMPUTER): PlannedChange {
  const outcome = planGrant(ownedNode({ name, sddl: OWNED_BY_SYSTEM }), [updater], POLICY);
  assert.ok(outcome.kind === 'change');
  return outcome.change;
}

test('the names of a plan that have the same descriptor share its text', () => {
  const [one, other, third] = [planned('pc1'), planned('pc2'), planned('pc3', DHCP)];
  assert.equal(one.after, other.after);
  assert.notEqual(one.after.sddl, third.after.sddl);
  assert.notEqual(one.fqdn, other.fqdn);
});

test('a descriptor is decoded once for the same bytes, wherever they lie', () => {
  const shifted = Buffer.concat([Buffer.alloc(3), BYTES]).subarray(3);
  assert.equal(decodeOnce(BYTES), decodeOnce(shifted));
  const other = BYTES.slice();
  other[BYTES.length - 1] = 9;
  assert.notEqual(decodeOnce(BYTES), decodeOnce(other));
});

test('what is added once is what is added every time', () => {
  const before = decodeOnce(BYTES);
  const after = addAcesOnce(before, ADDED);
  assert.deepEqual(after, addAces(before, ADDED));
  assert.equal(addAcesOnce(before, ADDED), after);
  assert.equal(addAcesOnce(before, [...ADDED]), after);
  assert.notEqual(addAcesOnce(before, []), after);
  assert.deepEqual(encodeOnce(after), encodeSecurityDescriptor(after));
  assert.equal(encodeOnce(after), encodeOnce(after));
});

test('text depends on the domain whose aliases it uses', () => {
  const descriptor = parseSddl(fullSddl('O:DOM-512'), SDDL);
  const bytes = encodeSecurityDescriptor(descriptor);
  assert.equal(textOnce(descriptor, bytes, SDDL).sddl, 'O:DA');
  const nobody = { domainSid: null, rootDomainSid: null };
  assert.equal(textOnce(descriptor, bytes, nobody).sddl, fullSddl('O:DOM-512'));
  assert.equal(textOnce(descriptor, bytes, SDDL).base64, Buffer.from(bytes).toString('base64'));
});
