/** The writing port on a real domain controller, and every descriptor of its directory through the codecs. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DescriptorStore, Target } from '../../src/apply/store.ts';
import { SdFlagsControl } from '../../src/directory/ldap/controls.ts';
import type { LdapConnection } from '../../src/directory/ldap/ldap-connection.ts';
import { openSession, parseServer } from '../../src/directory/ldap/ldap-session.ts';
import { createLdapSource } from '../../src/directory/ldap/ldap-source.ts';
import { createLdapStore } from '../../src/directory/ldap/ldap-store.ts';
import { DirectoryError } from '../../src/errors.ts';
import { encodeAcl } from '../../src/formats/acl.ts';
import { parseDn } from '../../src/formats/dn.ts';
import { decodeGuid } from '../../src/formats/guid.ts';
import { formatSddl, parseSddl, type SddlContext } from '../../src/formats/sddl.ts';
import {
  type AclState,
  CONTROL_FLAGS,
  decodeSecurityDescriptor,
  encodeSecurityDescriptor,
  type SecurityDescriptor,
} from '../../src/formats/security-descriptor.ts';
import { copyEntry } from '../../src/records/entry.ts';
import type { DirectoryInfo, RawEntry } from '../../src/records/source.ts';
import { hexOf } from '../formats/codec-vectors.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';

const ZONE = 'corp.example.com';
/** Control bits that SDDL has no letters for. */
const NOT_IN_TEXT = CONTROL_FLAGS.ownerDefaulted | CONTROL_FLAGS.groupDefaulted | CONTROL_FLAGS.daclDefaulted;
const HELPER_PASSWORD = 'Aa1+helper-password';

const noReconnect = (): Promise<LdapConnection> => Promise.reject(new Error('nothing here reconnects'));
const noWait = async (): Promise<void> => {};

function bytesOf(entry: RawEntry, attribute: string): Uint8Array {
  return entry.attributes.get(attribute)?.[0] ?? assert.fail(`${entry.dn} has no ${attribute}`);
}

function acesOf(state: AclState): string {
  // The revision follows from the ACEs in text, and AD keeps 4 where 2 would do.
  return state.kind === 'present' ? hexOf(encodeAcl({ ...state.acl, revision: 4 })) : state.kind;
}

describe('descriptors on a live directory', liveOrSkip(), () => {
  let lab: Lab;
  let connection: LdapConnection;
  let store: DescriptorStore;
  let info: DirectoryInfo;
  let context: SddlContext;
  const targets = new Map<string, Target>();

  before(async () => {
    lab = await startLab();
    const commands = ['pc1', 'pc2', 'pc3'].map((name) => `update add ${name}.${ZONE} 1200 A 10.0.0.1`);
    await lab.nsupdate({ zone: ZONE, commands });
    await lab.samba(['user', 'create', 'helper', HELPER_PASSWORD]);
    connection = await signIn(lab.adminUpn, lab.adminPassword);
    store = createLdapStore(connection, noReconnect, noWait);
    const source = createLdapSource(connection, 1000);
    info = await source.describe();
    const sid = info.domain?.sid ?? null;
    context = { domainSid: sid, rootDomainSid: sid };
    const zone = parseDn(`DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,${lab.domainDn}`);
    for await (const page of source.nodes(zone, 'descriptor', copyEntry)) {
      for (const entry of page) {
        const name = entry.dn.slice('DC='.length, entry.dn.indexOf(','));
        targets.set(name, { dn: entry.dn, objectGuid: decodeGuid(bytesOf(entry, 'objectguid')) });
      }
    }
  });
  after(async () => {
    await connection?.close();
    await lab?.stop();
  });

  function signIn(user: string, password: string): Promise<LdapConnection> {
    return openSession({
      ...parseServer(lab.address, null),
      ...{ caFile: lab.caFile, insecure: false, connectTimeoutMs: 5000, timeoutMs: 60_000 },
      credentials: { kind: 'simple', user, password },
    });
  }

  function targetOf(name: string): Target {
    return targets.get(name) ?? assert.fail(`no ${name}`);
  }

  async function read(target: Target): Promise<{ sd: SecurityDescriptor; version: number }> {
    const stored = await store.read(target);
    assert.ok(stored !== null && stored.version !== null);
    return { sd: decodeSecurityDescriptor(stored.bytes), version: stored.version };
  }

  async function allOf(target: Target): Promise<ReadonlyMap<string, string>> {
    const options = { base: target.dn, scope: 'base', filter: '(objectClass=*)', attributes: ['*'] } as const;
    for await (const [entry] of connection.search({ ...options, controls: [new SdFlagsControl(3)] })) {
      return new Map(
        [...(entry?.attributes ?? [])].map(([name, values]) => [name, values.map(hexOf).join()]),
      );
    }
    return assert.fail('nothing came back');
  }

  /** The descriptor with one more ACE, and an owner and group that must not be written. */
  function withAce(sd: SecurityDescriptor): Uint8Array {
    const added = parseSddl('O:AUG:AUD:(A;;RPWP;;;AU)', context);
    assert.ok(sd.dacl.kind === 'present' && added.dacl.kind === 'present');
    const aces = [...added.dacl.acl.aces, ...sd.dacl.acl.aces];
    const dacl = { kind: 'present', acl: { ...sd.dacl.acl, aces } } as const;
    return encodeSecurityDescriptor({ ...sd, owner: added.owner, group: added.group, dacl });
  }

  it('read() finds a name by GUID, whatever its DN says now', async () => {
    const target = targetOf('pc1');
    const renamed = { ...target, dn: `DC=renamed,${target.dn}` };
    assert.deepEqual(await store.read(renamed), await store.read(target));
    assert.deepEqual(await store.read({ ...target, objectGuid: null }), await store.read(target));
    assert.equal(store.name, lab.address);
  });

  it('writeDacl() changes the DACL and nothing else, and the version rises by one', async () => {
    for (const target of [targetOf('pc1'), { ...targetOf('pc2'), objectGuid: null }]) {
      const before = await read(target);
      const attributes = await allOf(target);
      const wanted = withAce(before.sd);
      await store.writeDacl(target, wanted);
      const now = await read(target);
      assert.equal(now.version, before.version + 1);
      assert.equal(acesOf(now.sd.dacl), acesOf(decodeSecurityDescriptor(wanted).dacl));
      assert.deepEqual({ ...now.sd, dacl: null }, { ...before.sd, dacl: null });
      const moving = ['usnchanged', 'whenchanged', 'replpropertymetadata'];
      const still = (all: ReadonlyMap<string, string>): [string, string][] =>
        [...all].filter(([name]) => !moving.includes(name)).sort();
      assert.deepEqual(still(await allOf(target)), still(attributes));
    }
  });

  it('a name that was deleted is not there any more', async () => {
    const target = targetOf('pc3');
    await connection.request({ operation: 'delete' }, (client) => client.del(target.dn));
    assert.equal(await store.read(target), null);
    assert.equal(await store.read({ ...target, objectGuid: null }), null);
    await assert.rejects(
      store.writeDacl(target, descriptorOf('O:SYG:SYD:(A;;RP;;;AU)')),
      (error: unknown) =>
        error instanceof DirectoryError && error.fault === 'not-found' && error.dn === target.dn,
    );
  });

  it('an account without the right is refused, and the name stays as it was', async () => {
    const target = targetOf('pc2');
    const before = await store.read(target);
    const session = await signIn('helper@corp.example.com', HELPER_PASSWORD);
    const wanted = descriptorOf('O:SYG:SYD:(A;;RPWP;;;AU)');
    await assert.rejects(
      createLdapStore(session, noReconnect, noWait).writeDacl(target, wanted),
      (error: unknown) =>
        error instanceof DirectoryError && error.fault === 'rights' && error.resultCode === 50,
    );
    await session.close();
    assert.deepEqual(await store.read(target), before);
  });

  it('every descriptor of the directory survives the codecs', async () => {
    const bases = [
      lab.domainDn,
      `DC=DomainDnsZones,${lab.domainDn}`,
      `DC=ForestDnsZones,${lab.domainDn}`,
      `CN=Configuration,${lab.domainDn}`,
      `CN=Schema,CN=Configuration,${lab.domainDn}`,
    ];
    for (const base of bases) {
      let checked = 0;
      const options = { base, scope: 'sub', filter: '(objectClass=*)', pageSize: 500 } as const;
      const controls = [new SdFlagsControl(7)];
      const attributes = ['nTSecurityDescriptor'];
      for await (const page of connection.search({ ...options, attributes, controls })) {
        for (const entry of page) {
          assertSurvives(entry.dn, bytesOf(entry, 'ntsecuritydescriptor'));
          checked += 1;
        }
      }
      assert.ok(checked > 10, `${base}: ${checked}`);
    }
  });

  function descriptorOf(sddl: string): Uint8Array {
    return encodeSecurityDescriptor(parseSddl(sddl, context));
  }

  function assertSurvives(dn: string, bytes: Uint8Array): void {
    const sd = decodeSecurityDescriptor(bytes);
    assert.equal(hexOf(encodeSecurityDescriptor(sd)), hexOf(bytes), dn);
    const text = formatSddl(sd, context);
    const again = parseSddl(text, context);
    assert.equal(formatSddl(again, context), text, dn);
    assert.equal(again.owner, sd.owner, dn);
    assert.equal(again.group, sd.group, dn);
    assert.equal(acesOf(again.dacl), acesOf(sd.dacl), dn);
    assert.equal(again.control, sd.control & ~NOT_IN_TEXT, dn);
  }
});
