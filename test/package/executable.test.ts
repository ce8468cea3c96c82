/** The single executable: made by one script, run where there is no Node and nothing of this project. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const ON_LINUX = process.platform === 'linux' ? {} : { skip: 'the executable is built for Linux here' };

describe('the single executable', ON_LINUX, () => {
  let work: string;

  before(() => {
    work = mkdtempSync(join(tmpdir(), 'dnsacl-executable-test-'));
    mkdirSync(join(work, 'place'));
    execFileSync(process.execPath, [join(ROOT, 'scripts/executable.ts'), work], { stdio: 'pipe' });
    copyFileSync(join(ROOT, 'examples/corp.example.com.ldif.gz'), join(work, 'place/export.ldif.gz'));
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  /** With an empty environment: no PATH leads to a Node. */
  function run(...args: readonly string[]): { code: number | null; out: string; err: string } {
    const options = { cwd: join(work, 'place'), env: {}, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(join(work, 'dnsacl'), args, options);
    return { code: status, out: stdout, err: stderr };
  }

  it('runs without Node and without packages', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    assert.deepEqual(run('--version'), { code: 0, out: `${version}\n`, err: '' });
    const { code, out } = run(
      'owners',
      '-z',
      'corp.example.com',
      '--summary',
      '--snapshot',
      'export.ldif.gz',
    );
    assert.equal(code, 0);
    assert.match(out, /^system +\d+/m);
    assert.match(
      readFileSync(join(work, 'LICENSES.txt'), 'utf8'),
      /ldapts[\s\S]*commander|commander[\s\S]*ldapts/,
    );
  });

  it('says what to do instead of a sign-in by Kerberos, whose library is not inside', async (t) => {
    const server = createServer();
    t.after(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, err } = run(
      'zones',
      '--server',
      `ldap://localhost:${port}`,
      '--auth',
      'kerberos',
      '--tls',
      'off',
    );
    assert.equal(code, 4, err);
    assert.match(err, /koffi/);
    assert.match(err, /--user/);
  });
});
