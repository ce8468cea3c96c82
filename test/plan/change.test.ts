import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAce } from '../../src/formats/sddl.ts';
import { decodeSecurityDescriptor, encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { type ChangeContent, type ChangeTarget, change, skip } from '../../src/plan/change.ts';
import { addAces } from '../../src/plan/descriptor-change.ts';
import { descriptorBytes, fullSddl, nodeOf, SDDL, SOME_GUID } from '../support/corp.ts';
import { COMPUTER, DHCP } from '../support/corp-plan.ts';

const TARGET: ChangeTarget = {
  zone: 'corp.example.com',
  fqdn: 'pc1.corp.example.com',
  dn: nodeOf().dn,
  objectGuid: SOME_GUID,
  ownerClass: 'system',
  version: 7,
};
const ACE = parseAce(fullSddl('(A;;WP;;;DOM-1109)'), SDDL);
const BEFORE = 'O:SYG:SYD:AI(A;;RP;;;WD)(A;ID;RP;;;BA)';

function contentOf(bytes: Uint8Array): ChangeContent {
  const before = decodeSecurityDescriptor(bytes);
  const add = [{ ace: ACE, principal: COMPUTER.principal, reason: 'because' }];
  return { before, beforeBytes: bytes, after: addAces(before, [ACE]), add, remove: [] };
}

test('change() says everything twice: as text for people and as bytes for the directory', () => {
  const outcome = change(TARGET, contentOf(descriptorBytes(BEFORE)), SDDL);
  assert.ok(outcome.kind === 'change');
  const { before, after, ...rest } = outcome.change;
  const { version, ...where } = TARGET;
  assert.deepEqual(before, {
    sddl: BEFORE,
    base64: Buffer.from(descriptorBytes(BEFORE)).toString('base64'),
    version,
  });
  const wanted = fullSddl('O:SYG:SYD:AI(A;;RP;;;WD)(A;;WP;;;DOM-1109)(A;ID;RP;;;BA)');
  assert.deepEqual(after, {
    sddl: wanted,
    base64: Buffer.from(descriptorBytes(wanted)).toString('base64'),
  });
  assert.deepEqual(rest, {
    ...where,
    add: [{ ace: fullSddl('(A;;WP;;;DOM-1109)'), principal: COMPUTER.principal, reason: 'because' }],
    remove: [],
    withheld: [],
    notes: [],
  });
});

test('change() keeps the bytes that were read, whatever they would encode to', () => {
  const canonical = descriptorBytes(BEFORE);
  const loose = Buffer.concat([canonical, Buffer.alloc(12, 0xee)]);
  assert.notDeepEqual(encodeSecurityDescriptor(decodeSecurityDescriptor(loose)), new Uint8Array(loose));
  const outcome = change(TARGET, contentOf(loose), SDDL);
  assert.ok(outcome.kind === 'change');
  assert.equal(outcome.change.before.base64, loose.toString('base64'));
});

test('change() carries who gets nothing, what is removed, and what a reviewer should know', () => {
  const withheld = [{ principal: DHCP.principal, reason: 'a deny ACE' }];
  const remove = [{ ace: ACE, principal: COMPUTER.principal, reason: 'named' }];
  const content = { ...contentOf(descriptorBytes(BEFORE)), add: [], remove, withheld, notes: ['odd'] };
  const outcome = change({ ...TARGET, version: null }, content, SDDL);
  assert.ok(outcome.kind === 'change');
  assert.deepEqual(outcome.change.withheld, withheld);
  assert.deepEqual(outcome.change.notes, ['odd']);
  assert.deepEqual(
    outcome.change.remove.map(({ reason }) => reason),
    ['named'],
  );
  assert.equal(outcome.change.before.version, null);
});

test('skip() keeps where the name is, and nothing else of it', () => {
  assert.deepEqual(skip(nodeOf(), 'static', 'no dynamic record'), {
    kind: 'skipped',
    skipped: {
      zone: 'corp.example.com',
      fqdn: 'pc1.corp.example.com',
      code: 'static',
      reason: 'no dynamic record',
    },
  });
});
