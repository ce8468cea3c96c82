/** Taking a run back on a domain controller after others have been at work there. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readJournal } from '../../src/apply/journal-state.ts';
import { aceKey } from '../../src/formats/ace.ts';
import { formatAce, parseAce } from '../../src/formats/sddl.ts';
import { decodeSecurityDescriptor, encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { addAces, explicitAces } from '../../src/plan/descriptor-change.ts';
import type { Plan, PlannedChange } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { toHours, tombstoneBytes } from '../support/lab/dns-bytes.ts';
import { layEstate } from '../support/lab/estate.ts';
import { dnsacl, type Fleet, fleetNames, readAll, startFleet, where, ZONE } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { assertUntouched, type Held, sideOf } from '../support/plan-sides.ts';

const NAMES = 30;
const OTHERS_ACE = '(A;;RP;;;BO)';

describe('undo after others have been at work', liveOrSkip(), () => {
  let fleet: Fleet;
  let plan: Plan;
  let journal: string;
  let undoJournal: string;
  /** What happened to the names since, by what happened. */
  let since: Readonly<
    Record<'changed' | 'cured' | 'tombstoned' | 'deleted' | 'anew' | 'untouched', readonly PlannedChange[]>
  >;

  before(async () => {
    fleet = await startFleet(NAMES);
    const file = join(fleet.folder, 'plan.json');
    journal = `${file}.journal`;
    undoJournal = `${file}.undo`;
    const who = ['--dhcp-account', 'dhcp_update', '--name', 'pc*'];
    await dnsacl(['grant', '-z', ZONE, ...who, '--plan', file, ...where(fleet.lab)]);
    plan = parsePlan(await readFile(file, 'utf8'), file);
    const args = ['apply', file, '--yes', '--approve', plan.checksum, '--journal', journal];
    const { code, stderr } = await dnsacl([...args, ...where(fleet.lab)]);
    assert.equal(code, 0, stderr);
    const some = (from: number, to: number) => plan.changes.slice(from, to);
    since = {
      changed: some(0, 5),
      cured: some(5, 8),
      tombstoned: some(8, 11),
      deleted: some(11, 14),
      anew: some(14, 16),
      untouched: some(16, NAMES),
    };
    await beAtWork();
  });
  after(() => fleet?.stop());

  it('shows its plan and changes nothing without a yes', async () => {
    const held = await readAll(fleet, plan);
    const { code, stdout, stderr } = await dnsacl(['undo', journal, '--no-input', '-v', ...where(fleet.lab)]);
    assert.equal(code, 64);
    assert.match(stderr, /Nothing was changed: there is nobody to ask/);
    assert.match(stdout, /30 names looked at: 22 to change \(0 ACEs added, 22 removed\), 8 skipped/);
    assert.match(stdout, /pc011\.corp\.example\.com +not-found +it was deleted after the run/);
    assert.match(
      stdout,
      /pc005\.corp\.example\.com +nothing-to-undo +nothing of what the run did is left on it/,
    );
    assert.deepEqual(await readAll(fleet, plan), held);
  });

  it('takes back exactly what the run did, and keeps what others did', async (t) => {
    const before_ = await readAll(fleet, plan);
    const { code, stdout, stderr } = await dnsacl([
      'undo',
      journal,
      '--yes',
      '--journal',
      undoJournal,
      ...where(fleet.lab),
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Taking back the run of 2\d\d\d-.* on 127\./m);
    assert.match(stdout, /22 planned: 22 applied, 0 unchanged/);
    const now = await readAll(fleet, plan);
    const back = [...since.untouched, ...since.tombstoned, ...since.cured];
    assertUntouched({ ...plan, changes: back }, now);
    for (const change of since.changed) {
      assert.deepEqual(acesOf(change, now), [...beforeAces(change), OTHERS_ACE].sort());
    }
    for (const { dn } of [...since.deleted, ...since.anew]) assert.equal(now.get(dn), null);
    for (const { dn } of since.cured) assert.deepEqual(now.get(dn), before_.get(dn));
    t.diagnostic(
      Object.entries(since)
        .map(([what, names]) => `${names.length} ${what}`)
        .join(', '),
    );
  });

  it('says of each name what had happened to it', async () => {
    const { names } = await readJournal(undoJournal);
    const notesOf = new Map(names.map(({ change }) => [change.dn, change.notes.join('; ')]));
    for (const { dn } of since.changed)
      assert.match(notesOf.get(dn) ?? '', /changed after the run; that change is kept/);
    for (const { dn } of since.tombstoned) assert.match(notesOf.get(dn) ?? '', /it is tombstoned now/);
    for (const { dn } of since.untouched) assert.equal(notesOf.get(dn), '');
  });

  it('leaves a name alone that was deleted and made anew: it is another object', async () => {
    for (const change of since.anew) {
      const stored = await fleet.admin.read({ ...change, objectGuid: null });
      assert.ok(stored !== null);
      assert.equal(stored.version, 1);
    }
  });

  it('a second undo has nothing to take back', async () => {
    const { code, stderr } = await dnsacl(['undo', journal, '--yes', ...where(fleet.lab)]);
    assert.equal(code, 0);
    assert.match(stderr, /There is nothing to take back/);
  });

  it('undo of the undo brings the entries of the run back, beside what others did', async () => {
    const second = `${undoJournal}.undo`;
    const args = ['undo', undoJournal, '--yes', '--journal', second, ...where(fleet.lab)];
    const { code, stdout, stderr } = await dnsacl(args);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /22 planned: 22 applied/);
    const now = await readAll(fleet, plan);
    for (const change of [...since.untouched, ...since.tombstoned])
      assert.equal(sideOf(change, now), 'after');
    for (const change of since.changed) {
      const run = change.add.map(({ ace }) => ace);
      assert.deepEqual(acesOf(change, now), [...beforeAces(change), ...run, OTHERS_ACE].sort());
    }
  });

  it('--name takes back only what it names', async () => {
    const { code, stdout } = await dnsacl([
      'undo',
      journal,
      '--name',
      'pc02*',
      '--yes',
      '--journal',
      `${journal}.part`,
      ...where(fleet.lab),
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /10 planned: 10 applied/);
    const now = await readAll(fleet, plan);
    for (const change of since.untouched) {
      assert.equal(sideOf(change, now), change.fqdn.startsWith('pc02') ? 'before' : 'after', change.fqdn);
    }
  });

  /** What others do between the run and its undoing. */
  async function beAtWork(): Promise<void> {
    for (const change of since.changed) {
      const stored = await fleet.admin.read(change);
      const changed = addAces(decodeSecurityDescriptor(stored?.bytes as Uint8Array), [aceOf(OTHERS_ACE)]);
      await fleet.admin.writeDacl(change, encodeSecurityDescriptor(changed));
    }
    for (const change of since.cured) {
      await fleet.admin.writeDacl(change, Buffer.from(change.before.base64, 'base64'));
    }
    const records = [tombstoneBytes(toHours(new Date()))];
    const tombstones = since.tombstoned.map((change) => ({
      name: labelOf(change),
      records,
      tombstoned: true,
    }));
    await layEstate(fleet.lab, { zones: [{ name: ZONE, partition: 'domain', names: tombstones }] });
    const gone = [...since.deleted, ...since.anew].map(({ dn }) => dn);
    const code =
      'import sys; from labdb import connect; db = connect()\nfor dn in sys.argv[1:]: db.delete(dn)';
    await fleet.lab.python('-c', [code, ...gone]);
    const again = new Set(since.anew.map(labelOf));
    const names = fleetNames('pc', NAMES).filter(({ name }) => again.has(name));
    await layEstate(fleet.lab, { zones: [{ name: ZONE, partition: 'domain', names }] });
  }

  function labelOf({ fqdn }: PlannedChange): string {
    return fqdn.slice(0, fqdn.indexOf('.'));
  }

  function acesOf({ dn }: PlannedChange, held: Held): readonly string[] {
    return explicitOf(held.get(dn)?.bytes as Uint8Array);
  }

  function beforeAces(change: PlannedChange): readonly string[] {
    return explicitOf(Buffer.from(change.before.base64, 'base64'));
  }

  /** Explicit entries as text, exact duplicates once: a directory may collapse them. */
  function explicitOf(bytes: Uint8Array): readonly string[] {
    const aces = explicitAces(decodeSecurityDescriptor(bytes));
    const once = [...new Map(aces.map((ace) => [aceKey(ace), ace])).values()];
    return once.map((ace) => formatAce(ace, context())).sort();
  }

  function aceOf(text: string) {
    return parseAce(text, context());
  }

  function context() {
    return { domainSid: plan.domainSid, rootDomainSid: plan.domainSid };
  }
});
