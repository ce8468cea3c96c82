import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError } from '../../src/errors.ts';
import { decodeAce, encodeAce } from '../../src/formats/ace.ts';
import { formatAce, formatSddl, parseAce, parseSddl, type SddlContext } from '../../src/formats/sddl.ts';
import { decodeSecurityDescriptor, encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { parseSid, sidOf } from '../../src/formats/sid.ts';
import { bytesOf, DOMAIN, hexOf, loadVectors, seededRandom } from './security-vectors.ts';

const NO_DOMAIN: SddlContext = { domainSid: null, rootDomainSid: null };

function parseToHex(text: string): string {
  const isAce = text.trimStart().startsWith('(');
  return hexOf(isAce ? encodeAce(parseAce(text, DOMAIN)) : encodeSecurityDescriptor(parseSddl(text, DOMAIN)));
}

function formatFromHex(text: string, hex: string): string {
  const bytes = bytesOf(hex);
  if (text.startsWith('(')) return formatAce(decodeAce(bytes).ace, DOMAIN);
  return formatSddl(decodeSecurityDescriptor(bytes), DOMAIN);
}

for (const row of loadVectors('sddl', 'valid')) {
  test(`SDDL to bytes and back: ${row.name}`, () => {
    const text = row.text as string;
    assert.equal(parseToHex(text), row.value);
    assert.equal(formatFromHex(text, row.value as string), text);
  });
}

for (const row of loadVectors('sddl', 'noncanonical')) {
  test(`SDDL is read and printed anew: ${row.name}`, () => {
    const canonical = row.canonicalText as string;
    assert.equal(formatFromHex(canonical, parseToHex(row.text as string)), canonical);
  });
}

for (const row of loadVectors('sddl', 'invalid')) {
  test(`SDDL is refused: ${row.name}`, () => {
    assert.throws(
      () => parseToHex(row.text as string),
      (error) => error instanceof FormatError && error.format === 'SDDL' && error.offset === row.offset,
    );
  });
}

test('parseSddl() says what is wrong and where', () => {
  assert.throws(() => parseSddl('O:SYD:(A;;RP;;;QQ)', DOMAIN), {
    message: 'Cannot parse SDDL at position 15: found "QQ", needs a SID or an alias of two letters',
  });
  assert.throws(() => parseSddl('O:SYD:(A;;RP;;;DA)', NO_DOMAIN), {
    message:
      'Cannot parse SDDL at position 15: found "DA", needs the SID of the domain it belongs to, which is not known',
  });
});

test('formatAce() prints accounts in full when the domain is not known', () => {
  const domain = parseSid('S-1-5-21-1-2-3');
  const ace = parseAce('(A;;RP;;;DA)', { domainSid: domain, rootDomainSid: domain });
  assert.equal(formatAce(ace, NO_DOMAIN), '(A;;RP;;;S-1-5-21-1-2-3-512)');
});

test('formatAce() prints root aliases for the root domain, domain aliases for the domain, both when they are one', () => {
  const one = parseSid('S-1-5-21-1-2-3');
  const both: SddlContext = { domainSid: one, rootDomainSid: one };
  const aliasOf = (rid: number, context: SddlContext) =>
    formatAce(parseAce(`(A;;RP;;;${sidOf(one, rid)})`, context), context);
  assert.equal(aliasOf(519, both), '(A;;RP;;;EA)');
  assert.equal(aliasOf(512, both), '(A;;RP;;;DA)');
  assert.equal(aliasOf(512, { domainSid: null, rootDomainSid: one }), '(A;;RP;;;S-1-5-21-1-2-3-512)');
});

test('parseSddl() gives revision 4 only to an ACL with object ACEs', () => {
  const revisionOf = (text: string) => {
    const { dacl } = parseSddl(text, DOMAIN);
    return dacl.kind === 'present' ? dacl.acl.revision : null;
  };
  assert.equal(revisionOf('D:(A;;RP;;;WD)'), 2);
  assert.equal(revisionOf('D:(A;;RP;;;WD)(OA;;RP;;;WD)'), 4);
});

test('formatAce() and parseAce() lose nothing of any ACE that decodes', () => {
  const random = seededRandom(5);
  const seeds = loadVectors('ace', 'valid').map((row) => bytesOf(row.hex));
  let decoded = 0;
  for (let round = 0; round < 5000; round++) {
    const bytes = (seeds[round % seeds.length] as Uint8Array).slice();
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    const ace = decodeOrNull(bytes);
    if (ace === null) continue;
    decoded += 1;
    const text = formatAce(ace, DOMAIN);
    assert.equal(hexOf(encodeAce(parseAce(text, DOMAIN))), hexOf(encodeAce(ace)), text);
  }
  assert.ok(decoded > 3000, `${decoded} decoded`);
});

test('parseSddl() answers damaged text with a descriptor or a FormatError', () => {
  const random = seededRandom(6);
  const letters = 'OGDSAPWR:;()#-0129xf {}Z\n';
  const rows = loadVectors('sddl', 'valid');
  for (let round = 0; round < 5000; round++) {
    const text = rows[round % rows.length]?.text as string;
    const at = Math.floor(random() * (text.length + 1));
    const damaged = text.slice(0, at) + letters[Math.floor(random() * letters.length)] + text.slice(at + 1);
    try {
      parseToHex(damaged);
    } catch (error) {
      assert.ok(error instanceof FormatError, `${damaged}: ${error}`);
    }
  }
});

function decodeOrNull(bytes: Uint8Array): ReturnType<typeof decodeAce>['ace'] | null {
  try {
    return decodeAce(bytes).ace;
  } catch {
    return null;
  }
}
