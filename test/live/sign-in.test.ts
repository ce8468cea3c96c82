/** Every way in which a domain controller turns somebody away at the door, each with what to do about it. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { layEstate } from '../support/lab/estate.ts';
import { dnsacl, type Fleet, startFleet, where } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { mustRun, type Outcome } from '../support/lab/run.ts';

const PASSWORD = 'Aa1+refused-password';
const ACCOUNTS = ['welcome', 'disabled', 'expired', 'newcomer', 'sleeper', 'stranger', 'locked'];
/** One bit for each hour of a week. [MS-ADA1] logonHours */
const NO_HOURS = Buffer.alloc(21).toString('base64');

/**
 * What the data of error 49 stands for, as far as a Samba DC tells it. It gives no 525, so that nobody can find out
 * which names there are, and none of the passwords here is old enough for 532.
 */
const REFUSED: readonly (readonly [account: string, words: RegExp])[] = [
  ['nobody', /the user name or the password is wrong/],
  ['disabled', /the account is disabled; have it enabled, or use another/],
  ['expired', /the account has expired; have it prolonged, or use another/],
  ['newcomer', /the password must be changed before the first sign-in/],
  ['sleeper', /this account may not sign in at this hour; wait, or use another account/],
  ['stranger', /this account may not sign in from this machine; use another machine or account/],
];

describe('sign-ins that are refused', liveOrSkip(), () => {
  let fleet: Fleet;

  before(async () => {
    fleet = await startFleet(1);
    const { lab } = fleet;
    await layEstate(lab, {
      accounts: ACCOUNTS.map((account) => ({ kind: 'user', account, password: PASSWORD })),
    });
    await change('disabled', 'userAccountControl: 514');
    await change('expired', 'accountExpires: 10000000');
    await change('newcomer', 'pwdLastSet: 0');
    await change('sleeper', `logonHours:: ${NO_HOURS}`);
    await change('stranger', 'userWorkstations: ELSEWHERE');
    const policies = ['domain', 'passwordsettings', 'pso'];
    await lab.samba([...policies, 'create', 'strict', '1', '--account-lockout-threshold=1']);
    await lab.samba([...policies, 'apply', 'strict', 'locked']);
  });
  after(() => fleet?.stop());

  /** Sets one attribute to what the line of LDIF says. */
  async function change(account: string, line: string): Promise<void> {
    const { lab } = fleet;
    const who = ['-x', '-H', lab.ldapUri, '-D', lab.adminUpn, '-y', lab.passwordFile];
    const attribute = line.slice(0, line.indexOf(':'));
    const dn = `CN=${account},CN=Users,${lab.domainDn}`;
    const stdin = `dn: ${dn}\nchangetype: modify\nreplace: ${attribute}\n${line}\n`;
    await mustRun('ldapmodify', who, { env: { ...lab.env, LDAPTLS_CACERT: lab.caFile }, stdin });
  }

  async function signIn(account: string, password = PASSWORD): Promise<Outcome> {
    const { lab, folder } = fleet;
    const file = join(folder, 'password');
    await writeFile(file, password, { mode: 0o600 });
    const user = `${account}@${lab.realm.toLowerCase()}`;
    return dnsacl(['zones', ...where(lab), '--user', user, '--password-file', file]);
  }

  it('says of each account why it is turned away, and what to do', async (t) => {
    assert.equal((await signIn('welcome')).code, 0);
    for (const [account, words] of REFUSED) {
      const { code, stderr } = await signIn(account);
      assert.match(stderr, words, account);
      assert.equal(code, 4, stderr);
    }
    t.diagnostic(`${REFUSED.length} accounts were turned away, each for its own reason`);
  });

  it('tells a wrong password from an account that it locked', async () => {
    const wrong = await signIn('locked', 'not the password');
    assert.match(wrong.stderr, /the user name or the password is wrong/);
    const locked = await signIn('locked');
    assert.match(locked.stderr, /the account is locked out; unlock it or wait/);
    for (const { code, stderr } of [wrong, locked]) {
      assert.equal(code, 4);
      assert.ok(!stderr.includes('not the password') && !stderr.includes(PASSWORD));
    }
  });
});
