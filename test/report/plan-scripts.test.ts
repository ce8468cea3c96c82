/** dsacls and PowerShell lines: what they say, and that no name makes them say more. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan, PlannedChange } from '../../src/plan/plan.ts';
import { renderPlanDsacls } from '../../src/report/plan-dsacls.ts';
import { renderPlanPowershell } from '../../src/report/plan-powershell.ts';
import { fullSddl, SDDL } from '../support/corp.ts';
import { samplePlan } from '../support/show-model.ts';

const plan = samplePlan();
const HOST = 'S-1-5-21-1047456448-2337630968-2720937775-1109';
const NAMES = 'CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com';
const NEW_RULE = 'New-Object System.DirectoryServices.ActiveDirectoryAccessRule';

function only(fqdn: string, more: Partial<PlannedChange> = {}): Plan {
  const change = plan.changes.find((item) => item.fqdn === `${fqdn}.corp.example.com`);
  assert.ok(change !== undefined, fqdn);
  return { ...plan, changes: [{ ...change, ...more }] };
}

/** The lines that do something. */
function dsacls(some: Plan): readonly string[] {
  const lines = [...renderPlanDsacls(some)].join('').split('\r\n');
  return lines.filter((line) => !/^(?:rem |@echo off$|$)/.test(line));
}

function powershell(some: Plan): readonly string[] {
  const lines = [...renderPlanPowershell(some)].join('').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('$ErrorAction'));
}

/** The change of pc1 with another ACE. */
function withAce(ace: string): Plan {
  const planned = only('pc1').changes[0]?.add[0];
  assert.ok(planned !== undefined);
  return only('pc1', { add: [{ ...planned, ace: fullSddl(ace) }] });
}

test('dsacls: full control, and write access to attributes by name', () => {
  assert.deepEqual(dsacls(only('pc1')), [
    `dsacls "DC=pc1,DC=corp.example.com,${NAMES}" /G "CORP\\PC1$:GA"`,
    `dsacls "DC=pc1,DC=corp.example.com,${NAMES}" /G "CORP\\dhcp_update:GA"`,
  ]);
  assert.deepEqual(
    dsacls(only('pc3')).map((line) => line.slice(line.indexOf('/G'))),
    ['/G "CORP\\PC1$:WP;dnsRecord"', '/G "CORP\\PC1$:WP;dNSTombstoned"'],
  );
});

test('dsacls: an entry for all names of a zone goes to the objects below, and to dnsNodes only', () => {
  const zone = plan.changes.find((change) => change.ownerClass === 'zone');
  assert.ok(zone !== undefined);
  assert.deepEqual(dsacls({ ...plan, changes: [zone] }), [
    `dsacls "DC=corp.example.com,${NAMES}" /I:S /G "CORP\\dhcp_update:GA;;dnsNode"`,
  ]);
});

test('dsacls: its own letters, deny, and reach', () => {
  for (const [ace, expected] of [
    [`(D;;SWCR;;;${HOST})`, '/D "CORP\\PC1$:WSCA"'],
    [`(A;CI;RPWP;;;${HOST})`, '/I:T /G "CORP\\PC1$:RPWP"'],
    [`(A;CINPIO;RP;;;${HOST})`, '/I:P /G "CORP\\PC1$:RP"'],
  ] as const) {
    assert.equal(dsacls(withAce(ace))[0]?.split(/,DC=com" /)[1], expected);
  }
});

test('dsacls: PowerShell removes, because /R would remove too much', () => {
  const [removal, addition] = dsacls(only('pc4'));
  assert.match(removal ?? '', /^powershell -NoProfile -Command "[^"]*RemoveAccessRuleSpecific[^"]*"$/);
  assert.match(addition ?? '', /^dsacls .* \/G "CORP\\PC1\$:GA"$/);
  assert.match(
    [...renderPlanDsacls(only('pc4'))].join(''),
    /^rem remove .*dsacls \/R would remove every entry/m,
  );
});

test('dsacls: PowerShell adds what dsacls has no words for', () => {
  const unknownType = '00000000-1111-2222-3333-444444444444';
  for (const ace of [`(A;CINP;RP;;;${HOST})`, `(OA;;WP;${unknownType};;${HOST})`]) {
    assert.match(dsacls(withAce(ace)).join('\n'), /^powershell .*AddAccessRule.*"$/);
  }
});

test('dsacls: an account whose name could be misread stands as SID', () => {
  const [added] = only('pc1').changes[0]?.add ?? [];
  assert.ok(added !== undefined);
  for (const name of [null, 'CORP\\a%b', 'CORP\\a"b', 'CORP\\サーバー$', 'NT AUTHORITY\\SYSTEM']) {
    const add = [{ ...added, principal: { ...added.principal, name } }];
    assert.match(dsacls(only('pc1', { add }))[0] ?? '', / \/G "S-1-5-21-[\d-]+:GA"$/);
  }
});

test('PowerShell: the object by GUID, the DACL alone, the rule in full, then the commit', () => {
  const rule = `${NEW_RULE}(([System.Security.Principal.SecurityIdentifier]'${HOST}'), 'WriteProperty', 'Allow', 'e0fa1e69-9b45-11d0-afdd-00c04fd930c9', 'None', '00000000-0000-0000-0000-000000000000')`;
  const lines = powershell(only('pc3'));
  assert.deepEqual(lines.slice(0, 3), [
    "$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>')",
    "$name.PSBase.Options.SecurityMasks = 'Dacl'",
    `$name.PSBase.ObjectSecurity.AddAccessRule((${rule}))`,
  ]);
  assert.equal(lines.length, 5);
  assert.equal(lines.at(-1), '$name.PSBase.CommitChanges()');
});

test('PowerShell: an object without GUID by its DN, a slash in it escaped', () => {
  const [line] = powershell(only('pc1', { objectGuid: null, dn: 'DC=0/25,DC=z' }));
  assert.equal(line, "$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://DC=0\\2F25,DC=z')");
});

test('PowerShell: names of rights and of reach are those of .NET', () => {
  for (const [ace, expected] of [
    [`(A;;FULL;;;${HOST})`, /'GenericAll', 'Allow', '0{8}-[0-]+', 'None'/],
    [`(D;;CCDTCR;;;${HOST})`, /'CreateChild, DeleteTree, ExtendedRight', 'Deny'/],
    [`(A;CI;RP;;;${HOST})`, /'ReadProperty', 'Allow', '0{8}-[0-]+', 'All'/],
    [`(A;CIIO;RP;;;${HOST})`, /'Descendents'/],
    [`(A;CINP;RP;;;${HOST})`, /'SelfAndChildren'/],
    [`(A;CINPIO;RP;;;${HOST})`, /'Children'/],
  ] as const) {
    assert.match(powershell(withAce(ace))[2] ?? '', expected);
  }
});

test('PowerShell: the SID is that of the plan, whatever SDDL shortens it to', () => {
  const [added] = only('pc1').changes[0]?.add ?? [];
  assert.ok(added !== undefined && SDDL.domainSid !== null);
  const sid = 'S-1-5-21-1-2-3-519' as typeof added.principal.sid;
  const add = [{ ...added, ace: '(A;;RP;;;EA)', principal: { ...added.principal, sid } }];
  assert.match(powershell(only('pc1', { add })).join('\n'), /SecurityIdentifier\]'S-1-5-21-1-2-3-519'/);
});

test('both leave out, as a whole and in words, a change that they cannot say', () => {
  for (const ace of [
    `(XA;;WP;;;DC;#61727478)`,
    `(A;;GA;;;${HOST})`,
    `(A;OICI;RP;;;${HOST})`,
    `(0x4;;#00000000)`,
  ]) {
    const change = only('pc1').changes[0];
    const [first] = change?.add ?? [];
    assert.ok(first !== undefined);
    const some = only('pc1', { add: [first, { ...first, ace }] });
    assert.deepEqual(powershell(some), []);
    assert.match([...renderPlanPowershell(some)].join(''), /^# left out: \(.*\) cannot be said here/m);
    assert.equal(dsacls(some).length, 1);
    assert.match([...renderPlanDsacls(some)].join(''), /^rem left out: /m);
  }
});

test('nothing in either is anything but ASCII, and comments stay comments', () => {
  for (const text of [[...renderPlanDsacls(plan)].join(''), [...renderPlanPowershell(plan)].join('')]) {
    assert.match(text, /^[\r\n -~]*$/);
  }
  for (const line of [...renderPlanDsacls(plan)].join('').split('\r\n')) {
    if (line.startsWith('rem ')) assert.doesNotMatch(line, /[%&|<>^"!]/);
    else assert.match(line, /^(?:@echo off|dsacls [^%]*|powershell -NoProfile -Command "[^"%]*"|)$/);
    assert.equal((line.match(/"/g) ?? []).length % 2, 0);
  }
});

test('no string of the PowerShell lines can end early', () => {
  const shape =
    /^\$name(?: = New-Object [\w.]+\('LDAP:\/\/[^']*'\)|\.PSBase\.Options\.SecurityMasks = 'Dacl'|\.PSBase\.ObjectSecurity\.(?:AddAccessRule|RemoveAccessRuleSpecific)\(\(New-Object [\w.]+\(\(\[[\w.]+\]'[\dS-]+'\)(?:, '[\w, -]+'){5}\)\)\)|\.PSBase\.CommitChanges\(\))$/;
  const withoutGuid = plan.changes.map((change) => ({ ...change, objectGuid: null }));
  for (const changes of [plan.changes, withoutGuid]) {
    for (const line of powershell({ ...plan, changes })) assert.match(line, shape);
  }
});
