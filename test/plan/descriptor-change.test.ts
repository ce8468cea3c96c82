import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeAce } from '../../src/formats/ace.ts';
import { formatAce, formatSddl, parseAce, parseSddl } from '../../src/formats/sddl.ts';
import {
  decodeSecurityDescriptor,
  encodeSecurityDescriptor,
  type SecurityDescriptor,
} from '../../src/formats/security-descriptor.ts';
import { addAces, explicitAces, sizeWith } from '../../src/plan/descriptor-change.ts';
import { fullSddl, SDDL } from '../support/corp.ts';

const REC = 'e0fa1e69-9b45-11d0-afdd-00c04fd930c9';
const NEW = '(A;;WP;;;DOM-1109)';
const NEW_OBJECT = `(OA;;WP;${REC};;DOM-1109)`;
const NEW_DENY = '(D;;WP;;;DOM-1109)';

const parse = (sddl: string) => parseSddl(fullSddl(sddl), SDDL);
const aceOf = (sddl: string) => parseAce(fullSddl(sddl), SDDL);
const add = (sddl: string, ...added: readonly string[]) => addAces(parse(sddl), added.map(aceOf));
const print = (descriptor: SecurityDescriptor) => formatSddl(descriptor, SDDL);

/** Where a new ACE goes; `+` marks the place in the expected list. [MS-ADTS] 6.1.3.1 */
const PLACES: readonly (readonly [why: string, list: string, added: string])[] = [
  ['into an empty list', '+', NEW],
  ['behind the plain allows, before what is inherited', '(A;;RP;;;WD)(A;;RP;;;AU)+(A;ID;RP;;;BA)', NEW],
  ['before object allows', `(A;;RP;;;WD)+(OA;;RP;${REC};;AU)(A;ID;RP;;;BA)`, NEW],
  ['behind denies, plain and object', `(D;;WP;;;BG)(OD;;WP;${REC};;BG)+(A;ID;RP;;;BA)`, NEW],
  ['before a list that is all inherited', '+(D;ID;WP;;;BG)(A;ID;RP;;;BA)', NEW],
  [
    'an object allow behind every other explicit ACE',
    `(D;;WP;;;BG)(A;;RP;;;WD)(OA;;RP;${REC};;AU)+(A;ID;RP;;;BA)`,
    NEW_OBJECT,
  ],
  ['a deny before allows, behind denies', '(D;;WP;;;BG)+(A;;RP;;;WD)(A;ID;RP;;;BA)', NEW_DENY],
  [
    'behind an ACE of unknown type, which counts as an allow',
    '(A;;RP;;;WD)(0x4;;#00000000)+(A;ID;RP;;;BA)',
    NEW,
  ],
  ['behind a deny that stands out of order', '(A;;RP;;;WD)(D;;WP;;;BG)+(A;ID;RP;;;BA)', NEW],
  ['before the first inherited one, whatever stands behind it', '+(A;ID;RP;;;BA)(A;;RP;;;WD)', NEW],
  ['before an inherited deny that stands out of order', '(A;;RP;;;WD)+(D;ID;WP;;;AU)(A;;RP;;;BG)', NEW],
];

for (const [why, list, added] of PLACES) {
  test(`addAces() puts a new ACE ${why}`, () => {
    const changed = add(`O:SYG:SYD:AI${list.replace('+', '')}`, added);
    assert.equal(print(changed), `O:SYG:SYD:AI${fullSddl(list.replace('+', added))}`);
  });
}

test('addAces() keeps several new ACEs in the order in which they were given', () => {
  const changed = add('O:SYG:SYD:(A;;RP;;;WD)', NEW, '(A;;WP;;;DOM-1155)', NEW_DENY);
  assert.equal(print(changed), fullSddl(`O:SYG:SYD:${NEW_DENY}(A;;RP;;;WD)${NEW}(A;;WP;;;DOM-1155)`));
});

test('addAces() adds nothing that is there already, and nothing twice', () => {
  const before = `O:SYG:SYD:AI${NEW}(A;ID;RP;;;BA)`;
  assert.equal(print(add(before, NEW, NEW)), fullSddl(before));
  assert.equal(print(add('O:SYG:SYD:', NEW, NEW)), fullSddl(`O:SYG:SYD:${NEW}`));
});

test('addAces() adds an ACE explicitly although the same right is inherited', () => {
  assert.equal(
    print(add('O:SYG:SYD:AI(A;ID;WP;;;DOM-1109)', NEW)),
    fullSddl(`O:SYG:SYD:AI${NEW}(A;ID;WP;;;DOM-1109)`),
  );
});

test('addAces() leaves duplicates that were there', () => {
  assert.equal(
    print(add('O:SYG:SYD:(A;;RP;;;SY)(A;;RP;;;SY)', NEW)),
    fullSddl(`O:SYG:SYD:(A;;RP;;;SY)(A;;RP;;;SY)${NEW}`),
  );
});

test('addAces() keeps everything but the list: owner, group, SACL, control bits and reserved bytes', () => {
  const before = parse('O:DOM-1109G:DOM-515D:PAI(A;;RP;;;WD)S:AI(AU;SAFA;WP;;;WD)');
  assert.ok(before.dacl.kind === 'present');
  const odd: SecurityDescriptor = {
    ...before,
    sbz1: 7,
    control: before.control | 0x0009 | 0x4000,
    dacl: {
      kind: 'present',
      acl: { ...before.dacl.acl, sbz1: 1, sbz2: 2, slack: new Uint8Array(8).fill(0xab) },
    },
  };
  const stored = decodeSecurityDescriptor(encodeSecurityDescriptor(addAces(odd, [aceOf(NEW)])));
  assert.ok(stored.dacl.kind === 'present' && odd.dacl.kind === 'present');
  assert.deepEqual(
    { ...stored, dacl: { ...stored.dacl.acl, aces: stored.dacl.acl.aces.slice(0, 1) } },
    { ...decodeSecurityDescriptor(encodeSecurityDescriptor(odd)), dacl: odd.dacl.acl },
  );
});

test('addAces() keeps the bytes of ACEs that it does not understand', () => {
  const strange = ['(0x4;;#0102030405060708)', '(XA;;RP;;;WD;#6172747801020304)', '(0x7e;ID;#ffffffff)'];
  const { dacl } = add(`O:SYG:SYD:AI${strange.join('')}`, NEW);
  assert.ok(dacl.kind === 'present');
  const kept = dacl.acl.aces.map((ace) => Buffer.from(encodeAce(ace)).toString('hex'));
  for (const text of strange)
    assert.ok(kept.includes(Buffer.from(encodeAce(aceOf(text))).toString('hex')), text);
  assert.equal(kept.length, 4);
});

test('addAces() raises the revision of the list only when it comes to hold an object ACE', () => {
  const revision = (descriptor: SecurityDescriptor) =>
    descriptor.dacl.kind === 'present' ? descriptor.dacl.acl.revision : null;
  assert.equal(revision(add('D:(A;;RP;;;WD)', NEW)), 2);
  assert.equal(revision(add('D:(A;;RP;;;WD)', NEW_OBJECT)), 4);
  assert.equal(revision(add(`D:(OA;;RP;${REC};;WD)`, NEW)), 4);
});

test('addAces() does not touch the descriptor it was given', () => {
  const before = parse('O:SYG:SYD:(A;;RP;;;WD)');
  const bytes = encodeSecurityDescriptor(before);
  addAces(before, [aceOf(NEW)]);
  assert.deepEqual(encodeSecurityDescriptor(before), bytes);
});

test('addAces() refuses a descriptor without a list: one ACE in it would shut everybody else out', () => {
  assert.throws(() => add('O:SYG:SY', NEW), { name: 'RangeError', message: /the DACL is absent/ });
  assert.throws(() => add('O:SYG:SYD:NO_ACCESS_CONTROL', NEW), {
    name: 'RangeError',
    message: /the DACL is null/,
  });
});

/** A list that leaves exactly `room` bytes. */
function fullDescriptor(room: number): SecurityDescriptor {
  const before = parse('O:SYG:SYD:(A;;RP;;;WD)');
  assert.ok(before.dacl.kind === 'present');
  const slack = new Uint8Array(0xffff - 8 - 20 - room);
  return { ...before, dacl: { kind: 'present', acl: { ...before.dacl.acl, slack } } };
}

test('addAces() fills a list to the last byte and not beyond', () => {
  const ace = aceOf(NEW);
  assert.equal(encodeAce(ace).length, 36);
  assert.doesNotThrow(() => encodeSecurityDescriptor(addAces(fullDescriptor(36), [ace])));
  assert.throws(() => addAces(fullDescriptor(35), [ace]), {
    name: 'RangeError',
    message: 'Cannot add an ACE: the list would take 65536 bytes, at most 65535 fit',
  });
});

test('sizeWith() counts header, entries and slack as they are stored', () => {
  const descriptor = fullDescriptor(36);
  assert.equal(sizeWith(descriptor, []), 0xffff - 36);
  assert.equal(sizeWith(descriptor, [aceOf(NEW)]), 0xffff);
  assert.equal(sizeWith(parse('O:SYG:SY'), [aceOf(NEW)]), 0);
});

test('explicitAces() leaves out what is inherited, and is empty without a list', () => {
  const texts = explicitAces(parse('D:AI(A;;RP;;;WD)(A;ID;RP;;;BA)(A;;RP;;;AU)')).map((ace) =>
    formatAce(ace, SDDL),
  );
  assert.deepEqual(texts, ['(A;;RP;;;WD)', '(A;;RP;;;AU)']);
  assert.deepEqual(explicitAces(parse('O:SY')), []);
});
