/** A server that says no to single names, and a disk on which the journal has no room. */

import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readJournal } from '../../src/apply/journal-state.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { layEstate } from '../support/lab/estate.ts';
import { dnsacl, type Fleet, fleetNames, readAll, startFleet, where, ZONE } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { mustRun } from '../support/lab/run.ts';
import { assertApplied, assertKnown, assertUntouched } from '../support/plan-sides.ts';

const NAMES = 20;
const PASSWORD = 'Aa1+delegate-password';
/** What a nonsecure update leaves, and the right to change the list for one account. */
const DELEGATED = 'O:SYG:SYD:AI(A;;LCRPLORC;;;WD)(A;;GA;;;SY)(A;;RCWD;;;{sid:delegate})';

describe('apply that is refused by the server or by the disk', liveOrSkip(), () => {
  let fleet: Fleet;

  before(async () => {
    fleet = await startFleet(NAMES);
    await layEstate(fleet.lab, {
      accounts: [{ kind: 'user', account: 'delegate', password: PASSWORD }],
      zones: [{ name: ZONE, partition: 'domain', names: fleetNames('mine', 12, DELEGATED) }],
    });
    await writeFile(join(fleet.folder, 'password'), PASSWORD, { mode: 0o600 });
  });
  after(() => fleet?.stop());

  it('an account with the right on some names only: those are written, the others refused, exit 3', async (t) => {
    const { plan, file } = await makePlan('some', ['mine*', 'pc00*']);
    const { code, stdout } = await applyAsDelegate(file, plan);
    assert.equal(code, 3);
    assert.match(stdout, /22 planned: 12 applied, 0 unchanged, 0 stale, 10 refused, 0 failed/);
    assert.match(
      stdout,
      /pc000\.corp\.example\.com +refused +Cannot change the descriptor of a name on .*right/i,
    );
    const held = await readAll(fleet, plan);
    assertKnown(await readJournal(`${file}.journal`), held);
    const part = (own: boolean): Plan => ({
      ...plan,
      changes: plan.changes.filter(({ fqdn }) => fqdn.startsWith('mine') === own),
    });
    const [mine, others] = [part(true), part(false)] as const;
    assertApplied(mine, held);
    assertUntouched(others, held);
    t.diagnostic(
      `${others.changes.length} names were refused by the server while ${mine.changes.length} went on`,
    );
  });

  it('an account without the right on any name: exit 4, and --stop-on-errors leaves the rest', async () => {
    const { plan, file } = await makePlan('none', ['pc*']);
    const { code, stdout } = await applyAsDelegate(file, plan, [
      '--stop-on-errors',
      '3',
      '--concurrency',
      '1',
    ]);
    assert.equal(code, 4);
    assert.match(stdout, /20 planned: 0 applied, 0 unchanged, 0 stale, 3 refused, 0 failed, 17 not reached/);
    assertUntouched(plan, await readAll(fleet, plan));
  });

  it('a disk without room for the plan: nothing is written to the directory', async (t) => {
    const { plan, file } = await makePlan('full', ['pc*']);
    let tried = 0;
    for (const kilobytes of [4, 12, 32]) {
      await onSmallDisk(kilobytes, async (disk) => {
        const journal = join(disk, 'journal');
        const { code, stderr } = await apply(file, plan, journal);
        assert.equal(code, 1, stderr);
        assert.match(
          stderr,
          /Cannot write the journal .*: ENOSPC: no space left on device, write; the run stops/,
        );
        assertUntouched(plan, await readAll(fleet, plan));
        const resumed = await dnsacl(['apply', '--resume', journal, ...where(fleet.lab)]);
        assert.equal(resumed.code, 64, resumed.stderr);
        assert.match(resumed.stderr, /changed nothing/);
        assertUntouched(plan, await readAll(fleet, plan));
        tried += 1;
      });
    }
    t.diagnostic(`the disk of the journal was full ${tried} times before the first write`);
  });

  it('a disk that fills up in the middle: what was written is known, and with more room it goes on', async (t) => {
    const { plan, file } = await makePlan('filling', ['pc*']);
    await onSmallDisk(Math.ceil(roomForHalf(plan) / 1024), async (disk) => {
      const journal = join(disk, 'journal');
      const { code, stderr } = await apply(file, plan, journal, ['--concurrency', '2']);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /ENOSPC/);
      const state = await readJournal(journal);
      const held = await readAll(fleet, plan);
      assertKnown(state, held);
      const done = state.names.filter(({ outcome }) => outcome !== null).length;
      assert.ok(done > 0 && done < NAMES, `${done} names were done`);
      t.diagnostic(`the disk was full after ${done} of ${NAMES} names`);
      await mustRun('mount', ['-o', 'remount,size=10m', disk]);
      const resumed = await dnsacl(['apply', '--resume', journal, ...where(fleet.lab)]);
      assert.equal(resumed.code, 0, resumed.stderr);
      assertApplied(plan, await readAll(fleet, plan));
      const undone = await dnsacl([
        'undo',
        journal,
        '--yes',
        '--journal',
        `${file}.undo`,
        ...where(fleet.lab),
      ]);
      assert.equal(undone.code, 0, undone.stderr);
      assertUntouched(plan, await readAll(fleet, plan));
    });
  });

  /** Room for the plan and for the intents and outcomes of about half the names. */
  function roomForHalf(plan: Plan): number {
    const planned = plan.changes.reduce((sum, change) => sum + JSON.stringify(change).length + 180, 3000);
    const each = 2 * ((plan.changes[0]?.after.base64.length ?? 0) + 350);
    return planned + (each * NAMES) / 2;
  }

  async function makePlan(label: string, names: readonly string[]): Promise<{ plan: Plan; file: string }> {
    const file = join(fleet.folder, `${label}.json`);
    const who = ['--dhcp-account', 'dhcp_update', '--name', ...names];
    const { code, stderr } = await dnsacl(['grant', '-z', ZONE, ...who, '--plan', file, ...where(fleet.lab)]);
    assert.equal(code, 0, stderr);
    return { plan: parsePlan(await readFile(file, 'utf8'), file), file };
  }

  function apply(file: string, plan: Plan, journal: string, more: readonly string[] = []) {
    const args = ['apply', file, '--yes', '--approve', plan.checksum, '--journal', journal, ...more];
    return dnsacl([...args, ...where(fleet.lab)]);
  }

  function applyAsDelegate(file: string, plan: Plan, more: readonly string[] = []) {
    const to = ['--server', fleet.lab.address, '--ca', fleet.lab.caFile];
    const who = ['--user', `delegate@${ZONE}`, '--password-file', join(fleet.folder, 'password')];
    const args = ['apply', file, '--yes', '--approve', plan.checksum, '--journal', `${file}.journal`];
    return dnsacl([...args, ...more, ...to, ...who]);
  }

  async function onSmallDisk(kilobytes: number, work: (disk: string) => Promise<void>): Promise<void> {
    const disk = join(fleet.folder, `disk${kilobytes}`);
    await mkdir(disk);
    await mustRun('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'dnsacl-test', disk]);
    try {
      await work(disk);
    } finally {
      await mustRun('umount', [disk]);
      await rm(disk, { recursive: true });
    }
  }
});
