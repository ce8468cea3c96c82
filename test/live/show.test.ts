/**
 * The LDIF of a plan, given to ldapmodify against a real domain controller: the access list is then what the plan
 * says, owner and group are what they were.
 */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Ace, aceKey, isInherited } from '../../src/formats/ace.ts';
import { decodeSecurityDescriptor, type SecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import type { PlannedChange } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { dnForScript } from '../../src/report/safe-text.ts';
import { recordBytes, toHours, zoneProperties } from '../support/lab/dns-bytes.ts';
import { layEstate } from '../support/lab/estate.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';
import { mustRun } from '../support/lab/run.ts';

const ZONE = 'live.example.com';
const PROGRAM = join(import.meta.dirname, '../../bin/dnsacl-dev.ts');
/** Names that need escapes in a DN, base64 in LDIF, or quotes in a script. */
const NAMES = [
  'pc1',
  'a,b',
  '#hash',
  '=x',
  ' space ',
  'größe',
  'back\\slash',
  '0/25',
  '%PATH%',
  '"q"',
  "it's",
];

describe('the LDIF of a plan on a domain controller', liveOrSkip(), () => {
  let lab: Lab;
  let folder: string;
  let changes: readonly PlannedChange[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dnsacl-show-'));
    lab = await startLab();
    await lab.samba(['user', 'create', 'dhcp_update', '--random-password']);
    const stamp = toHours(new Date());
    const record = recordBytes({ type: 'A', data: '10.0.0.1', ttlSeconds: 1200, timestampHours: stamp });
    const names = NAMES.map((name) => ({ name, records: [record] }));
    const properties = zoneProperties(1, true);
    await layEstate(lab, { zones: [{ name: ZONE, partition: 'domain', properties, names }] });
    const where = ['--server', lab.address, '--user', lab.adminUpn, '--password-file', lab.passwordFile];
    const plan = join(folder, 'plan.json');
    const what = ['grant', '-z', ZONE, '--dhcp-account', 'dhcp_update', '--rights', 'update', '--plan', plan];
    await mustRun(process.execPath, [PROGRAM, ...what, ...where, '--ca', lab.caFile]);
    changes = parsePlan(await readFile(plan, 'utf8'), plan).changes;
    await mustRun(process.execPath, [PROGRAM, 'show', plan, '-o', join(folder, 'plan.ldif')]);
  });

  after(async () => {
    await lab?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('holds every name', () => assert.equal(changes.length, NAMES.length));

  it('is about objects that a DC also finds by the DN as scripts have it', async () => {
    for (const { dn, before: old } of changes) {
      assert.deepEqual(await descriptorOf(dnForScript(dn)), decode(old.base64), dn);
    }
  });

  it('gives each name the access list that was planned, and leaves owner and group', async () => {
    for (const { dn, before: old } of changes) assert.deepEqual(await descriptorOf(dn), decode(old.base64));
    const who = ['-H', lab.ldapUri, '-x', '-D', lab.adminUpn, '-y', lab.passwordFile];
    await mustRun('ldapmodify', [...who, '-f', join(folder, 'plan.ldif')], { env: lab.env });
    for (const { dn, before: old, after: planned } of changes) {
      const [now, was, wanted] = [await descriptorOf(dn), decode(old.base64), decode(planned.base64)];
      assert.equal(now.owner, was.owner);
      assert.equal(now.group, was.group);
      assert.deepEqual(keysOf(now, isInherited), keysOf(was, isInherited));
      assert.deepEqual(keysOf(now, isExplicit), keysOf(wanted, isExplicit));
      assert.notDeepEqual(keysOf(now, isExplicit), keysOf(was, isExplicit));
    }
  });

  async function descriptorOf(dn: string): Promise<SecurityDescriptor> {
    const control = ['-E', '!1.2.840.113556.1.4.801=::MAMCAQc='];
    const text = await lab.ldapsearch([
      ...control,
      '-s',
      'base',
      '-b',
      dn,
      '(objectClass=*)',
      'nTSecurityDescriptor',
    ]);
    const base64 = /^nTSecurityDescriptor:: (.+)$/m.exec(text)?.[1];
    assert.ok(base64 !== undefined, text);
    return decode(base64);
  }
});

function decode(base64: string): SecurityDescriptor {
  return decodeSecurityDescriptor(Buffer.from(base64, 'base64'));
}

function isExplicit(ace: Ace): boolean {
  return !isInherited(ace);
}

/** The ACEs in whatever order: a DC sorts them. */
function keysOf({ dacl }: SecurityDescriptor, wanted: (ace: Ace) => boolean): readonly string[] {
  assert.ok(dacl.kind === 'present');
  return dacl.acl.aces.filter(wanted).map(aceKey).sort();
}
