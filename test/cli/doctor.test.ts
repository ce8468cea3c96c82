import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { auditSnapshot, LAB_ZONE } from '../support/audit-snapshot.ts';
import { type Ran, runCli, tempFolder } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';

const DHCP = ['--dhcp-account', 'dhcp_update'] as const;

testForms('doctor-snapshot', (folder) => ['doctor', '--snapshot', auditSnapshot(folder), ...DHCP]);

interface DoctorDocument {
  readonly zones: readonly string[];
  readonly checks: readonly { readonly zone: string | null; readonly id: string; readonly status: string }[];
  readonly delegations: readonly unknown[];
}

async function doctor(
  t: TestContext,
  args: readonly string[],
): Promise<Ran & { readonly document: DoctorDocument | null }> {
  const ran = await runCli(['doctor', '--snapshot', auditSnapshot(tempFolder(t)), ...args, '-f', 'json']);
  return { ...ran, document: ran.out === '' ? null : JSON.parse(ran.out) };
}

test('doctor on a snapshot tells what is in it, and that the rest is not', async (t) => {
  const { code, document } = await doctor(t, ['-z', LAB_ZONE, ...DHCP]);
  assert.equal(code, 0);
  assert.deepEqual(document?.zones, [LAB_ZONE]);
  assert.deepEqual(
    document?.checks.map(({ zone, id, status }) => `${zone ?? '-'} ${id} ${status}`),
    [
      '- connection unknown',
      '- computers pass',
      '- dhcp-account pass',
      '- dns-update-proxy pass',
      '- zones pass',
      `${LAB_ZONE} read pass`,
    ],
  );
  assert.deepEqual(document?.delegations, []);
});

test('doctor --exit-code exits with 2 when a check failed, not when one is unknown', async (t) => {
  assert.equal((await doctor(t, [...DHCP, '--exit-code'])).code, 0);
  const wrong = ['--dhcp-account', 'dhcp_updat'];
  assert.equal((await doctor(t, [...wrong, '--exit-code'])).code, 2);
  const { code, out } = await doctor(t, wrong);
  assert.equal(code, 0);
  assert.match(out, /Cannot find .{2}dhcp_updat.{2} in /);
});

test('doctor says that no account has the SID that was named', async (t) => {
  const sid = 'S-1-5-21-1047456448-2337630968-2720937775-9999';
  const { out } = await doctor(t, ['--dhcp-account', sid]);
  assert.match(out, new RegExp(`no account has the SID ${sid}`));
});

test('doctor refuses a zone that is not there, and a server to which it cannot sign in', async (t) => {
  const { code, err } = await doctor(t, ['-z', 'nowhere.example.com']);
  assert.equal(code, 64);
  assert.match(err, /No zone matches "nowhere\.example\.com"/);
  const nobody = await runCli(['doctor', '--server', 'ldaps://127.0.0.1:1', '--user', 'a@b'], {
    env: { DNSACL_PASSWORD: 'x' },
  });
  assert.equal(nobody.code, 7);
});
