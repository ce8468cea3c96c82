/** What can go wrong between the program and a domain controller while it writes. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { readJournal } from '../../src/apply/journal-state.ts';
import type { Target } from '../../src/apply/store.ts';
import { parseAce, type SddlContext } from '../../src/formats/sddl.ts';
import { decodeSecurityDescriptor, encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { addAces } from '../../src/plan/descriptor-change.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { makeAuthority, type TestAuthority } from '../support/certificates.ts';
import { type CutProxy, type Deed, startCutProxy } from '../support/cut-proxy.ts';
import { dnsacl, type Fleet, readAll, startDnsacl, startFleet, where, ZONE } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import type { Outcome } from '../support/lab/run.ts';
import { assertApplied, assertKnown, assertUntouched, sideOf } from '../support/plan-sides.ts';

const NAMES = 40;
const OTHERS_ACE = '(A;;RP;;;BO)';
const SDDL: SddlContext = { domainSid: null, rootDomainSid: null };

describe('faults during an apply', liveOrSkip(), () => {
  let fleet: Fleet;
  let authority: TestAuthority;
  let plan: Plan;
  let file: string;
  let journal: string;
  let round = 0;
  /** The bytes of every name at the start. */
  const atFirst = new Map<string, string>();

  before(async () => {
    authority = makeAuthority();
    fleet = await startFleet(NAMES);
  });
  after(async () => {
    await fleet?.stop();
    authority?.remove();
  });

  beforeEach(async () => {
    for (const { dn, objectGuid } of plan?.changes ?? []) {
      await fleet.admin.writeDacl({ dn, objectGuid }, Buffer.from(atFirst.get(dn) as string, 'base64'));
    }
    await makePlan();
    for (const { dn, before: was } of plan.changes) if (!atFirst.has(dn)) atFirst.set(dn, was.base64);
  });

  async function makePlan(): Promise<void> {
    round += 1;
    file = join(fleet.folder, `plan${round}.json`);
    journal = `${file}.journal`;
    const who = ['--dhcp-account', 'dhcp_update', '--name', 'pc*'];
    const { code, stderr } = await dnsacl(['grant', '-z', ZONE, ...who, '--plan', file, ...where(fleet.lab)]);
    assert.equal(code, 0, stderr);
    plan = parsePlan(await readFile(file, 'utf8'), file);
    assert.equal(plan.changes.length, NAMES);
  }

  it('somebody else writes between plan and apply: those names are stale, and stay as they are', async (t) => {
    const moved = plan.changes.slice(0, 7);
    for (const change of moved) await addOthersAce(change);
    const held = await readAll(fleet, plan);
    const { code, stdout } = await apply();
    assert.equal(code, 3);
    assert.match(stdout, /40 planned: 33 applied, 0 unchanged, 7 stale, 0 refused, 0 failed/);
    assert.match(stdout, /since the plan was made, its DACL was changed/);
    const now = await readAll(fleet, plan);
    for (const { dn } of moved) assert.deepEqual(now.get(dn), held.get(dn));
    for (const change of plan.changes.slice(7)) assert.equal(sideOf(change, now), 'after');
    assertKnownButFor(moved, now);
    t.diagnostic(`${moved.length} names were changed by somebody else between plan and apply`);
    await undo(moved);
    const undone = await readAll(fleet, plan);
    for (const { dn } of moved) assert.deepEqual(undone.get(dn), held.get(dn));
  });

  it('somebody else writes between re-read and write: it is noticed, said, and can be taken back', async (t) => {
    const disturbed = new Set([1, 5, 9, 13]);
    let reached = 0;
    const proxy = await startProxy(async (modify): Promise<Deed> => {
      if (disturbed.has(modify)) {
        reached += 1;
        await addOthersAce(plan.changes[modify - 1] as Target);
      }
      return 'pass';
    });
    const { code, stdout } = await apply(['--concurrency', '1'], proxy);
    await proxy.close();
    assert.equal(code, 3);
    assert.match(stdout, /40 planned: 36 applied, 0 unchanged, 0 stale, 0 refused, 4 failed/);
    assert.match(
      stdout,
      /failed +conflict: somebody else wrote its descriptor at the same moment: version \d+/,
    );
    t.diagnostic(`${reached} names were changed by somebody else between re-read and write`);
    const { names } = await readJournal(journal);
    const intents = new Map(names.map(({ change, intent }) => [change.dn, intent?.base64]));
    for (const { dn, before: was } of plan.changes) assert.equal(intents.get(dn), was.base64);
    await undo();
  });

  it('the connection is cut after the server has written: the outcome is found out by reading', async (t) => {
    const proxy = await startProxy((modify) => (modify % 4 === 0 ? 'cut-after' : 'pass'));
    const { code, stdout, stderr } = await apply(['--concurrency', '2'], proxy);
    await proxy.close();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /40 planned: 40 applied/);
    assert.ok(proxy.seen.cuts >= 8);
    assertApplied(plan, await readAll(fleet, plan));
    assertKnown(await readJournal(journal), await readAll(fleet, plan));
    t.diagnostic(`the connection was cut ${proxy.seen.cuts} times between request and answer`);
    await undo();
  });

  it('the connection is cut before the server gets the request: it is written then, and once only', async (t) => {
    const proxy = await startProxy((modify) => (modify % 9 === 0 ? 'cut-before' : 'pass'));
    const { code, stdout, stderr } = await apply(['--concurrency', '2'], proxy);
    await proxy.close();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /40 planned: 40 applied/);
    assertApplied(plan, await readAll(fleet, plan));
    t.diagnostic(`the connection was cut ${proxy.seen.cuts} times before the request arrived`);
    await undo();
  });

  it('the connection is cut every time: the run stops, and goes on when there is a way again', async () => {
    const proxy = await startProxy((modify) => (modify > 10 ? 'cut-before' : 'pass'));
    const { code, stderr } = await apply(['--concurrency', '1'], proxy);
    await proxy.close();
    assert.equal(code, 7, stderr);
    assert.match(stderr, /The run stopped after 10 names; go on with: dnsacl apply --resume/);
    assertKnown(await readJournal(journal), await readAll(fleet, plan));
    await resume();
    assertApplied(plan, await readAll(fleet, plan));
    await undo();
  });

  it('the DC is stopped for a moment: the run goes on by itself on the same DC', async (t) => {
    const running = startDnsacl([...applyArgs(), '--rate', '40', '--yes', ...where(fleet.lab)]);
    await outcomes(10);
    await fleet.lab.stopDc();
    await pause(1500);
    await fleet.lab.startDc();
    await fleet.admin.recover();
    assert.equal(await running.ended, 0, running.said());
    assertApplied(plan, await readAll(fleet, plan));
    t.diagnostic('the DC was stopped and started once during an apply');
    await undo();
  });

  it('the DC is gone for long: the run stops, nothing is lost, and it can be gone on with', async (t) => {
    const running = startDnsacl([...applyArgs(), '--rate', '40', '--yes', ...where(fleet.lab)]);
    await outcomes(10);
    await fleet.lab.stopDc();
    assert.equal(await running.ended, 7, running.said());
    assert.match(running.said(), /The run stopped after \d+ names; go on with: dnsacl apply --resume/);
    await fleet.lab.startDc();
    await fleet.admin.recover();
    const state = await readJournal(journal);
    assert.equal(state.ended, false);
    assertKnown(state, await readAll(fleet, plan));
    await resume();
    assertApplied(plan, await readAll(fleet, plan));
    t.diagnostic('the DC was stopped for good once during an apply');
    await undo();
  });

  it('Ctrl-C: what is in flight is finished, the journal is whole, and the rest can be gone on with', async () => {
    const running = startDnsacl([...applyArgs(), '--rate', '40', '--yes', ...where(fleet.lab)]);
    await outcomes(10);
    running.child.kill('SIGINT');
    assert.equal(await running.ended, 130, running.said());
    assert.match(running.said(), /Stopping: finishing what is in flight/);
    const { names, ended } = await readJournal(journal);
    assert.equal(ended, false);
    const left = names.filter(({ outcome }) => outcome === null);
    assert.ok(left.length > 0 && left.length <= 30);
    assert.ok(
      left.every(({ intent }) => intent === null),
      'something was left in flight',
    );
    assert.match(await readFile(journal, 'utf8'), new RegExp(`"run-end".*"left":${left.length},`));
    assert.match(running.said(), new RegExp(`${left.length} names were not reached; go on with`));
    await resume();
    assertApplied(plan, await readAll(fleet, plan));
    await undo();
  });

  it('a second Ctrl-C stops at once, and the run can still be gone on with', async () => {
    const proxy = await startProxy((modify) => (modify > 12 ? 'hold' : 'pass'));
    const running = startDnsacl([...applyArgs(), '--yes', ...viaProxy(proxy)]);
    await outcomes(10);
    await pause(300);
    running.child.kill('SIGINT');
    await running.saying(/Ctrl-C again stops at once/);
    await pause(100);
    assert.equal(running.child.exitCode, null, 'it should wait for what is in flight');
    running.child.kill('SIGINT');
    assert.equal(await running.ended, 130);
    await proxy.close();
    const state = await readJournal(journal);
    assert.ok(state.names.some(({ intent, outcome }) => intent !== null && outcome === null));
    assertKnown(state, await readAll(fleet, plan));
    await resume();
    assertApplied(plan, await readAll(fleet, plan));
    await undo();
  });

  it('the same plan a second time writes nothing', async () => {
    assert.equal((await apply()).code, 0);
    const { code, stdout } = await dnsacl([...applyArgs(`${journal}.2`), '--yes', ...where(fleet.lab)]);
    assert.equal(code, 0);
    assert.match(stdout, /40 planned: 0 applied, 40 unchanged/);
    assertApplied(plan, await readAll(fleet, plan));
    await undo();
  });

  it('the same plan by two processes at once: every name as planned, no entry twice, all counts add up', async (t) => {
    const both = [journal, `${journal}.2`];
    const ran = await Promise.all(
      both.map((name) => dnsacl([...applyArgs(name), '--yes', ...where(fleet.lab)])),
    );
    const now = await readAll(fleet, plan);
    assertApplied(plan, now, null);
    const totals = ran.map(({ stdout }) => countsIn(stdout));
    for (const { applied, unchanged, stale, refused, failed } of totals) {
      assert.equal(applied + unchanged + stale + refused + failed, NAMES);
      assert.equal(stale + refused, 0);
    }
    // Two writes of the same list at the same moment are one change to the directory; both may count it as theirs.
    assert.ok(totals.reduce((sum, { applied, failed }) => sum + applied + failed, 0) >= NAMES);
    t.diagnostic(`two processes at once: ${totals.map((counts) => JSON.stringify(counts)).join(' and ')}`);
    for (const name of both) {
      const undone = await dnsacl(['undo', name, '--yes', ...where(fleet.lab)]);
      assert.equal(undone.code, 0, undone.stderr);
    }
    assertUntouched(plan, await readAll(fleet, plan));
  });

  function applyArgs(name = journal): readonly string[] {
    return ['apply', file, '--approve', plan.checksum, '--journal', name];
  }

  function apply(more: readonly string[] = [], proxy: CutProxy | null = null): Promise<Outcome> {
    const to = proxy === null ? where(fleet.lab) : viaProxy(proxy);
    return dnsacl([...applyArgs(), '--yes', ...more, ...to]);
  }

  async function resume(): Promise<void> {
    const { code, stderr } = await dnsacl(['apply', '--resume', journal, ...where(fleet.lab)]);
    assert.equal(code, 0, stderr);
    const { names, ended } = await readJournal(journal);
    assert.ok(ended && names.every(({ outcome }) => outcome?.outcome === 'applied'));
  }

  /** Takes the run back: every name is as it was before, but for those that somebody else changed. */
  async function undo(others: readonly Target[] = []): Promise<void> {
    const { code, stderr } = await dnsacl(['undo', journal, '--yes', ...where(fleet.lab)]);
    assert.equal(code, 0, stderr);
    const away = new Set(others.map(({ dn }) => dn));
    const changes = plan.changes.filter(({ dn }) => !away.has(dn));
    assertUntouched({ ...plan, changes }, await readAll(fleet, plan));
  }

  function startProxy(decide: (modify: number) => Deed | Promise<Deed>): Promise<CutProxy> {
    return startCutProxy({ host: fleet.lab.address, port: 636 }, authority, decide);
  }

  function viaProxy(proxy: CutProxy): readonly string[] {
    const to = where(fleet.lab, proxy.address);
    return [...to.slice(0, -1), authority.caFile];
  }

  /** Resolves when the journal holds so many outcomes. */
  async function outcomes(count: number): Promise<void> {
    const enough = async (): Promise<boolean> => {
      const text = await readFile(journal, 'utf8').catch(() => '');
      return text.split('"event":"outcome"').length > count;
    };
    while (!(await enough())) await pause(5);
  }

  async function addOthersAce(target: Target): Promise<void> {
    const stored = await fleet.admin.read(target);
    assert.ok(stored !== null);
    const changed = addAces(decodeSecurityDescriptor(stored.bytes), [parseAce(OTHERS_ACE, SDDL)]);
    await fleet.admin.writeDacl(target, encodeSecurityDescriptor(changed));
  }

  async function assertKnownButFor(moved: readonly Target[], now: Awaited<ReturnType<typeof readAll>>) {
    const state = await readJournal(journal);
    const away = new Set(moved.map(({ dn }) => dn));
    assertKnown({ ...state, names: state.names.filter(({ change }) => !away.has(change.dn)) }, now);
    for (const { change, outcome } of state.names) {
      if (away.has(change.dn)) assert.equal(outcome?.outcome, 'stale');
    }
  }
});

function countsIn(stdout: string): Record<'applied' | 'unchanged' | 'stale' | 'refused' | 'failed', number> {
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(stdout)?.[1]);
  return {
    applied: count('applied'),
    unchanged: count('unchanged'),
    stale: count('stale'),
    refused: count('refused'),
    failed: count('failed'),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
