/** The program is killed by SIGKILL at random moments while it writes to a domain controller. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type JournalState, readJournal } from '../../src/apply/journal-state.ts';
import { UsageError } from '../../src/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { seededRandom } from '../formats/codec-vectors.ts';
import { dnsacl, type Fleet, readAll, startDnsacl, startFleet, where, ZONE } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { assertApplied, assertKnown, assertUntouched } from '../support/plan-sides.ts';

const NAMES = 100;
/** Of applies and of runs that were gone on with; undoings are killed a few times besides. */
const KILLS = 22;
const KILLS_OF_ONE_UNDO = 2;
/** Shorter than an apply of all names takes. */
const LONGEST_LIFE_MS = 400;

describe('an apply that is killed again and again', liveOrSkip(), () => {
  let fleet: Fleet;
  const random = seededRandom(20_261_121);
  const kills = { apply: 0, resume: 0, undo: 0 };

  before(async () => {
    fleet = await startFleet(NAMES);
  });
  after(() => fleet?.stop());

  it(`after ${KILLS} kills every name is as planned, and undone it is as it was`, async (t) => {
    for (let round = 0; kills.apply + kills.resume < KILLS; round += 1) {
      const { plan, file } = await makePlan(round);
      await applyKilled(plan, file);
      assertApplied(plan, await readAll(fleet, plan));
      await undoKilled(plan, file);
      assertUntouched(plan, await readAll(fleet, plan));
    }
    t.diagnostic(
      `on the lab DC: apply killed ${kills.apply} times, resume ${kills.resume}, undo ${kills.undo}`,
    );
  });

  async function makePlan(round: number): Promise<{ plan: Plan; file: string }> {
    const file = join(fleet.folder, `round${round}.json`);
    const who = ['--dhcp-account', 'dhcp_update', '--name', 'pc*'];
    const { code, stderr } = await dnsacl(['grant', '-z', ZONE, ...who, '--plan', file, ...where(fleet.lab)]);
    assert.equal(code, 0, stderr);
    const plan = parsePlan(await readFile(file, 'utf8'), file);
    assert.equal(plan.changes.length, NAMES);
    return { plan, file };
  }

  /** Applies, is killed, goes on, is killed, …, until a run lives to its end. */
  async function applyKilled(plan: Plan, file: string): Promise<void> {
    const journal = `${file}.journal`;
    const again = ['apply', '--resume', journal];
    const first = ['apply', file, '--yes', '--approve', plan.checksum, '--journal', journal];
    let args = first;
    while (await isKilled(args)) {
      kills[args === first ? 'apply' : 'resume'] += 1;
      const state = await stateOrNull(journal);
      const held = await readAll(fleet, plan);
      if (state?.holdsPlan === true) {
        assertKnown(state, held);
        args = again;
      } else {
        assertUntouched(plan, held);
        await rm(journal, { force: true });
        args = first;
      }
    }
    const state = await readJournal(journal);
    assert.ok(state.ended, 'the journal has no end');
    const others = state.names.filter(({ outcome }) => outcome?.outcome !== 'applied');
    assert.deepEqual(
      others.map(({ change, outcome }) => [change.fqdn, outcome?.outcome, outcome?.message]),
      [],
    );
  }

  /** The same for the undoing: its own journal is gone on with. */
  async function undoKilled(plan: Plan, file: string): Promise<void> {
    const journal = `${file}.undo`;
    const first = ['undo', `${file}.journal`, '--yes', '--journal', journal];
    let args = first;
    for (let count = 0; await isKilled(args, count < KILLS_OF_ONE_UNDO); count += 1) {
      kills.undo += 1;
      const state = await stateOrNull(journal);
      if (state?.holdsPlan === true) {
        assertKnown(state, await readAll(fleet, plan));
        args = ['apply', '--resume', journal];
      } else {
        await rm(journal, { force: true });
        args = first;
      }
    }
  }

  /** Runs the program for a random while from the moment that it has a journal; false when it ended before. */
  async function isKilled(args: readonly string[], mayBe = true): Promise<boolean> {
    const running = startDnsacl([...args, '--concurrency', '4', ...where(fleet.lab)]);
    await running.saying(/^Journal: |nothing to do|nothing to take back/m);
    const timer = setTimeout(() => mayBe && running.child.kill('SIGKILL'), random(LONGEST_LIFE_MS));
    const ended = await running.ended;
    clearTimeout(timer);
    if (ended === 'SIGKILL') return true;
    assert.equal(ended, 0, running.said());
    return false;
  }

  async function stateOrNull(journal: string): Promise<JournalState | null> {
    if (!existsSync(journal)) return null;
    try {
      return await readJournal(journal);
    } catch (error) {
      assert.ok(error instanceof UsageError, String(error));
      return null;
    }
  }
});
