import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { auditSnapshot, LAB_ZONE } from '../support/audit-snapshot.ts';
import { runCli, stable, tempFolder } from '../support/fake-io.ts';
import { assertGolden } from '../support/golden.ts';

const CORP = 'corp.example.com';
const DHCP = ['--dhcp-account', 'dhcp_update'] as const;

interface Check {
  readonly fqdn: string;
  readonly exists: boolean;
  readonly verdict: string | null;
  readonly principal: { readonly name: string; readonly sid: string };
  readonly right: string;
  readonly access: string;
  readonly reason: string;
  readonly decidedBy: string | null;
  readonly steps: readonly { readonly trustee: { readonly name: string | null }; readonly role: string }[];
  readonly cure: string | null;
}

/** One golden file for each scene; the table is cut to a terminal in none, because why is read and copied. */
const SCENES: readonly (readonly [scene: string, args: readonly string[]])[] = [
  ['blocked', [`pc1.${CORP}`]],
  ['ready', [`pc3.${CORP}`]],
  ['partly', [`host5.${LAB_ZONE}`]],
  ['cluster', [`ag1.${LAB_ZONE}`]],
  ['recreated', [`host6.${LAB_ZONE}`]],
  ['denied', [`denied.${CORP}`]],
  ['condition', [`maybe.${LAB_ZONE}`]],
  ['one-attribute', [`records-only.${LAB_ZONE}`]],
  ['no-list', [`no-list.${LAB_ZONE}`]],
  ['empty-list', [`sealed.${LAB_ZONE}`]],
  ['missing', [`new.${LAB_ZONE}`]],
  ['missing-as', [`new.${LAB_ZONE}`, '--as', 'CORP\\PC1$', 'helpdesk']],
  ['tombstoned', [`old.${CORP}`]],
  ['unreadable', [`hidden.${CORP}`]],
  ['static', [`www.${CORP}`]],
  ['infrastructure', [`dc1.${CORP}`]],
  ['ambiguous', [`dup.${CORP}`]],
  ['reverse', ['11.0.0.10.in-addr.arpa']],
  ['several', [`pc1.${CORP}`, `printer1.${CORP}`]],
];

for (const [scene, args] of SCENES) {
  test(`why explains in words: ${scene}`, async (t) => {
    const { code, out, err } = await why(t, [...args, ...DHCP]);
    assert.equal(code, 0, err);
    assertGolden(t, `why-${scene}.piped.txt`, stable(out));
  });
}

for (const format of ['json', 'ndjson']) {
  test(`why as ${format}`, async (t) => {
    const { code, out, err } = await why(t, [`pc1.${CORP}`, `host5.${LAB_ZONE}`, ...DHCP, '-f', format]);
    assert.equal(code, 0, err);
    assertGolden(t, `why.${format}`, stable(out));
  });
}

test('why on a terminal is cut to its width, the words are not', async (t) => {
  const ran = await runCli(
    ['why', `pc1.${CORP}`, '--snapshot', auditSnapshot(tempFolder(t)), ...DHCP, '--no-color'],
    {
      width: 100,
    },
  );
  assertGolden(t, 'why.100.txt', stable(ran.out));
  assert.match(ran.err, /^Read from audit\.ldif$/m);
});

test('why has no CSV form, and says which forms it has', async (t) => {
  const { code, err } = await why(t, [`pc1.${CORP}`, '-f', 'csv']);
  assert.equal(code, 64);
  assert.match(err, /argument 'csv' is invalid\. Allowed choices are table, json, ndjson\./);
});

test('why takes a name without its zone only where -z tells the zone', async (t) => {
  const bare = await why(t, ['pc1']);
  assert.equal(bare.code, 64);
  assert.match(
    bare.err,
    /Cannot tell the zone of "pc1"; give -z ZONE or the full name \(zones: .*corp\.example\.com/,
  );
  const relative = await checksOf(t, ['pc1', '-z', CORP]);
  assert.deepEqual(relative, await checksOf(t, ['PC1.Corp.Example.Com.']));
  assert.equal(relative[0]?.fqdn, `pc1.${CORP}`);
});

test('why --as asks for others instead of the expected updaters, by any form of their name', async (t) => {
  const checks = await checksOf(t, [
    `pc3.${CORP}`,
    ...DHCP,
    '--as',
    'helpdesk',
    'CORP\\DHCP_UPDATE',
    'S-1-5-21-1-2-3-4',
  ]);
  assert.deepEqual(
    checks.map(({ principal, access }) => [principal.name ?? principal.sid, access]),
    [
      ['CORP\\helpdesk', 'no'],
      ['CORP\\dhcp_update', 'yes'],
      ['S-1-5-21-1-2-3-4', 'no'],
    ],
  );
});

test('why --as says what was searched for an account that there is not, and suggests near names', async (t) => {
  const { code, err, out } = await why(t, [`pc1.${CORP}`, '--as', 'dhcp_updaet']);
  assert.equal(code, 64);
  assert.equal(out, '');
  assert.match(err, /Cannot find "dhcp_updaet" in corp\.example\.com: searched by sAMAccountName/);
  assert.match(err, /did you mean CORP\\dhcp_update\?/);
  assert.doesNotMatch((await why(t, [`pc1.${CORP}`, '--as', 'zzzzzzzz'])).err, /did you mean/);
});

test('why asks for the right to create a name that does not exist', async (t) => {
  const [check] = await checksOf(t, [`new.${LAB_ZONE}`, '--as', 'PC1$']);
  assert.deepEqual(
    [check?.exists, check?.verdict, check?.right, check?.access, check?.decidedBy],
    [false, null, 'create', 'yes', '(A;;CC;;;AU)'],
  );
  assert.deepEqual(await checksOf(t, [`new.${LAB_ZONE}`]), []);
});

test('why cannot tell who may create names in a zone whose descriptor it cannot read, and goes on', async (t) => {
  const checks = await checksOf(t, [`new.${CORP}`, `pc2.${CORP}`, '--as', 'PC2$']);
  assert.deepEqual(
    checks.map(({ access, reason }) => [access, reason]),
    [
      ['unknown', 'the descriptor of the zone cannot be read'],
      ['yes', 'an allow ACE grants it'],
    ],
  );
});

test('why answers unknown for a name that it cannot read, with the reason', async (t) => {
  const checks = await checksOf(t, [`hidden.${CORP}`, `cut.${CORP}`, ...DHCP]);
  assert.deepEqual(new Set(checks.map(({ access }) => access)), new Set(['unknown']));
  assert.match(checks[0]?.reason ?? '', /READ_CONTROL/);
  assert.match(checks[1]?.reason ?? '', /^Cannot decode security descriptor/);
});

const OPTIONS = '--dhcp-account dhcp_update --snapshot FOLDER/audit.ldif --plan PLAN';
const APPLY = 'dnsacl apply PLAN --snapshot FOLDER/audit.ldif --write-snapshot NEWFILE';

const CURES: readonly (readonly [name: string, cure: string | null])[] = [
  [`pc1.${CORP}`, `dnsacl grant -z ${CORP} --name 'pc1' ${OPTIONS} && ${APPLY}`],
  [`old.${CORP}`, `dnsacl grant --csv FILE ${OPTIONS}, with a row for old.${CORP}`],
  [`denied.${CORP}`, 'remove the deny entry by hand first; no grant gets past it'],
  [
    `*.${CORP}`,
    `dnsacl grant -z ${CORP} --name '\\*' ${OPTIONS.replace(' --snap', ' --include-protected --snap')} && ${APPLY}`,
  ],
  [`dup.${CORP}`, `dnsacl grant --csv FILE ${OPTIONS}, with a row that names the account for dup.${CORP}`],
  [`pc3.${CORP}`, null],
  [`dc1.${CORP}`, null],
  [`www.${CORP}`, null],
  [`maybe.${LAB_ZONE}`, null],
];

test('why names the one command that cures, and none where a grant would not help', async (t) => {
  for (const [name, cure] of CURES) {
    const checks = await checksOf(t, [name, ...DHCP, '--as', 'helpdesk']);
    assert.equal(checks[0]?.cure, cure, name);
  }
});

test('why refuses to be asked about nothing', async (t) => {
  assert.equal((await why(t, [])).code, 64);
});

async function why(t: TestContext, args: readonly string[]) {
  return runCli(['why', ...args, '--snapshot', auditSnapshot(tempFolder(t))]);
}

async function checksOf(t: TestContext, args: readonly string[]): Promise<readonly Check[]> {
  const { code, out, err } = await why(t, [...args, '-f', 'json']);
  assert.equal(code, 0, err);
  return JSON.parse(stable(out)).checks;
}
