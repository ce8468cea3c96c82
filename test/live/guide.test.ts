/**
 * The steps of examples/guide.md in their order on domain controllers: a zone from the first look to one week after
 * its switch, and back to the bytes that were there before. Hosts sign their updates themselves; one is left out of
 * the plan and is refused. Only the days after the switch are made up, by the clock of the program.
 *
 * With DNSACL_GUIDE=write the runs are put into the guide instead of being compared with it.
 */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { liveOrSkip } from '../support/lab/gate.ts';
import { GRANTED, type GuideLab, KIOSK, startGuideLab } from '../support/lab/guide-lab.ts';
import { configurationOf, GUIDE, guideText } from '../support/readme.ts';
import { type ShownRun, shownRuns, withoutChance, withRuns } from '../support/shown-runs.ts';

const ZONE = 'corp.example.com';
const HOUR = 1;
const DAY = 24 + HOUR;
const EIGHT_DAYS = 8 * 24 + HOUR;
const WATCH = `watch ${ZONE} --baseline baseline.ldif.gz --once`;

describe('the guide on domain controllers', liveOrSkip(), () => {
  let guide: GuideLab;
  let untouched: string;

  before(async () => {
    guide = await startGuideLab();
    writeFileSync(join(guide.folder, 'dnsacl.config.json'), configurationOf(guideText()));
    untouched = await guide.bytes();
  });
  after(() => guide?.stop());

  /** Runs a step; the screen must show each of `words`. */
  async function step(command: string, code: number, ...words: readonly RegExp[]): Promise<void> {
    verify(await guide.run(command), code, words);
  }

  /** The same so many hours after the switch. */
  async function later(
    hours: number,
    command: string,
    code: number,
    ...words: readonly RegExp[]
  ): Promise<void> {
    verify(await guide.runLater(command, hours), code, words);
  }

  it('1 to 5: looks', async () => {
    await step(`doctor -z ${ZONE}`, 0, /^pass {4}change: /m, /^pass {4}switch: /m, /12 pass, 0 warn, 0 fail/);
    await step('zones', 0, /^corp\.example\.com +domain +nonsecure-and-secure +7 d \+ 7 d +84 +65 /m);
    await step(`owners -z ${ZONE} --summary`, 0, /^system +65 /m);
    await step(`audit -z ${ZONE} --summary`, 0, /^blocked +65 /m);
    await step(
      'why kiosk1.corp.example.com',
      0,
      /verdict +blocked: CORP\\KIOSK1\$ and CORP\\dhcp_update cannot/,
    );
  });

  it('6 and 7: no-go, and a snapshot of how things are', async () => {
    await step(`readiness -z ${ZONE}`, 2, /^NO-GO {2}corp\.example\.com: 65 of 65 dynamic names/m);
    await step(`snapshot -z ${ZONE} -o before.ldif.gz`, 0, /84 names of 1 of/);
  });

  it('8 and 9: plans all but one, and says what that would leave', async () => {
    const plan = `grant -z ${ZONE} --protect kiosk1 --plan change.json -o change.md`;
    await step(plan, 0, /64 to change \(68 ACEs added\), 20 skipped/, /Nothing was changed/);
    await step(`readiness -z ${ZONE} --assume-plan change.json`, 2, /^NO-GO {2}corp\.example\.com: 1 of 65/m);
    assert.equal(await guide.bytes(), untouched);
  });

  it('10: applies what was approved, on every domain controller', async () => {
    await step('apply change.json --yes', 5, /64 of the 84 names in corp\.example\.com would change/);
    assert.equal(await guide.bytes(), untouched);
    const { checksum } = JSON.parse(readFileSync(join(guide.folder, 'change.json'), 'utf8'));
    const approved = `apply change.json --yes --approve ${checksum} --verify-replicas`;
    const applied = /64 planned: 64 applied, 0 unchanged, 0 stale, 0 refused, 0 failed/;
    await step(`${approved} --journal change.journal.ndjson`, 0, applied, /1 converged, 0 behind/);
  });

  it('11: go, with the one that was left out', async () => {
    await step(`readiness -z ${ZONE}`, 2, /^NO-GO {2}corp\.example\.com: 1 of 65/m);
    await step(
      `readiness -z ${ZONE} --max-blocked 1 -q | head -n 12`,
      0,
      /^GO {2}corp\.example\.com: 1 of 65/m,
    );
    await step(`diff before.ldif.gz --live -z ${ZONE}`, 0, /64 changed/);
  });

  it('12: switches the zone', async () => {
    const files = '--baseline baseline.ldif.gz --journal switch.ndjson';
    const switched = /corp\.example\.com: nonsecure-and-secure -> secure-only: applied\n/;
    await step(`secure ${ZONE} --yes --max-blocked 0 ${files}`, 2, /no-go .*nothing was changed/);
    await step(
      `secure ${ZONE} --max-blocked 1 --yes ${files} 2>&1 | tail -n 15`,
      ...([0, switched, /1 converged, 0 behind/] as const),
    );
    await guide.lab.setDnsMode('secure only');
    // Metadata tell whole seconds: what is updated from now on has to be a second younger.
    await setTimeout(1100);
  });

  it('13: the first hour, the first day, the eighth day', async () => {
    await later(HOUR, WATCH, 0, /^refreshed +0 /m, /^due +65 /m, /^WAIT /m);
    await guide.register([...GRANTED, KIOSK]);
    assert.deepEqual(await guide.move(KIOSK, '10.0.9.1'), [KIOSK.address]);
    await later(DAY, `${WATCH} -q | head -n 8`, 0, /^refreshed +64 /m, /^due +1 /m, /^overdue +0 /m);
    const repair = `${WATCH} --exit-code -q | tail -n 4`;
    await later(
      EIGHT_DAYS,
      repair,
      2,
      /^kiosk1\.corp\.example\.com +overdue /m,
      /^REPAIR .*1 overdue, 0 lost/m,
    );
  });

  it('13: the host that was refused gets its right, and is heard of', async () => {
    const cure = `grant -z ${ZONE} --name kiosk1 --apply --yes --journal kiosk1.journal.ndjson -q`;
    await step(cure, 0, /1 planned: 1 applied/);
    await guide.register([KIOSK]);
    assert.deepEqual(await guide.move(KIOSK, '10.0.9.1'), ['10.0.9.1']);
    await later(EIGHT_DAYS, `${WATCH} --exit-code -q | tail -n 1`, 0, /^refreshed +65 /m, /^SAFE /m);
  });

  it('14: nothing is stale', async () => {
    await later(EIGHT_DAYS, `stale -z ${ZONE}`, 0, /^0 names listed$/m);
  });

  it('back: the switch and the grants, to the same bytes', async () => {
    const back = `secure ${ZONE} --revert switch.ndjson --yes --journal back.ndjson`;
    await step(back, 0, /secure-only -> nonsecure-and-secure: applied/);
    for (const [journal, count] of [
      ['kiosk1.journal.ndjson', 1],
      ['change.journal.ndjson', 64],
    ] as const) {
      await step(`undo ${journal} --yes -q | tail -n 2`, 0, new RegExp(`${count} planned: ${count} applied`));
    }
    assert.equal(await guide.bytes(), untouched);
  });

  it('the guide shows these runs', () => {
    const text = guideText();
    const shown = shownRuns(text, 'console lab');
    assert.ok(shown.length >= 10);
    const ran = shown.map(({ command }) => findRun(guide.runs, command));
    if (process.env.DNSACL_GUIDE === 'write') writeFileSync(GUIDE, withRuns(text, 'console lab', ran));
    else assert.deepEqual(shown.map(told), ran.map(told));
  });
});

function verify(
  { code, screen }: { code: number; screen: string },
  expected: number,
  words: readonly RegExp[],
): void {
  assert.equal(code, expected, screen);
  for (const word of words) assert.match(screen, word);
}

/** The run of a command that the guide shows, whatever its checksum was. */
function findRun(runs: readonly ShownRun[], command: string): ShownRun {
  const run = runs.find((candidate) => withoutChance(candidate.command) === withoutChance(command));
  return run ?? assert.fail(`The guide shows a run that is not among its steps: ${command}`);
}

function told({ command, shown }: ShownRun): string {
  return withoutChance(`$ dnsacl ${command}\n${shown}`);
}
