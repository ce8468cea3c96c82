/** What came of a switch, in the format asked for, and how to go on; or the lines that do the same elsewhere. */

import type { SetMode } from '../../plan/switch.ts';
import { type JsonCommon, jsonDocument, ndjsonLine } from '../../report/json.ts';
import { shellWord } from '../../report/plan-summary.ts';
import { renderSwitchLines, switchLines } from '../../report/switch-lines.ts';
import {
  SWITCH_REPLICA_COLUMNS,
  type SwitchReport,
  switchLine,
  switchReplicaTotals,
  switchValue,
} from '../../report/switch-rows.ts';
import { renderTable } from '../../report/table.ts';
import type { Answer } from '../answer/answer.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { whereOptions, whoOptions, writeOptions } from '../suggested-command.ts';
import type { SwitchSubject } from './switch-subject.ts';
import { type SwitchScene, wayBack } from './switching.ts';

type FinishedSwitch = SwitchReport & { readonly interrupted: boolean };

const EXIT_OF_OUTCOME: Readonly<Record<SwitchReport['outcome'], ExitCode>> = {
  applied: EXIT_CODES.ok,
  unchanged: EXIT_CODES.ok,
  stale: EXIT_CODES.stale,
  refused: EXIT_CODES.rights,
  failed: EXIT_CODES.failed,
  'no-go': EXIT_CODES.findings,
  declined: EXIT_CODES.refusedByLimit,
};

/** Writes what came of it and says how to go on. */
export async function finishSwitch(report: FinishedSwitch, scene: SwitchScene): Promise<ExitCode> {
  const { flags, answer, deps } = scene;
  const code = exitCodeOf(report);
  // It stands even if nobody reads the answer to its end.
  deps.finish(code);
  await writeReport(report, scene);
  await answer.end();
  sayNext(report, flags, answer);
  return code;
}

function exitCodeOf({ outcome, replicas, interrupted }: FinishedSwitch): ExitCode {
  if (interrupted) return EXIT_CODES.interrupted;
  const isEverywhere = (replicas ?? []).every(({ status }) => status === 'converged');
  return isEverywhere ? EXIT_OF_OUTCOME[outcome] : EXIT_CODES.findings;
}

async function writeReport(report: SwitchReport, scene: SwitchScene): Promise<void> {
  const { answer } = scene;
  switch (answer.format) {
    case 'json': {
      const head = await headOf(report.zone.name, scene);
      return answer.write(jsonDocument(head, switchValue(report)));
    }
    case 'ndjson':
      return answer.write(ndjsonLine(switchValue(report)));
    default:
      await answer.write(`${switchLine(report)}\n`);
      if (report.replicas !== null) await writeReplicas(report.replicas, answer);
  }
}

async function writeReplicas(replicas: NonNullable<SwitchReport['replicas']>, answer: Answer): Promise<void> {
  if (replicas.some(({ status }) => status !== 'converged'))
    await answer.write(`\n${renderTable(SWITCH_REPLICA_COLUMNS, replicas, answer.render)}\n`);
  await answer.write(`${switchReplicaTotals(replicas)}\n`);
}

function sayNext(report: SwitchReport, flags: SwitchScene['flags'], answer: Answer): void {
  const { zone, outcome, after, baseline, record } = report;
  if (outcome === 'no-go') answer.say(`Next: ${readinessCommand(zone.name, flags)}`);
  const copy = flags.writeSnapshot;
  if (copy !== undefined && outcome === 'applied') answer.say(`Changed copy: ${copy}`);
  if (record === null || outcome === 'refused') return;
  answer.say(`To take it back: ${wayBack(zone, record, writeOptions(flags, copy))}`);
  if (after === 'secure-only' && baseline !== null)
    answer.say(
      `Next: dnsacl watch ${shellWord(zone.name)} --baseline ${shellWord(baseline)}${whereOptions(flags)}`,
    );
}

/** `--print`: nothing is judged and nothing is changed. */
export async function writeScript(
  { zone, mode: before }: SwitchSubject,
  after: SetMode,
  scene: SwitchScene,
): Promise<ExitCode> {
  const { flags, place, answer } = scene;
  const { server: name, live } = await place.source.describe();
  const server = live ? name : null;
  const there = switchLines(zone.name, server, after);
  const back = switchLines(zone.name, server, before);
  const value = { zone: zone.name, before, after, switch: there, back };
  if (answer.format === 'json') await answer.write(jsonDocument(await headOf(zone.name, scene), value));
  else if (answer.format === 'ndjson') await answer.write(ndjsonLine(value));
  else await answer.write(renderSwitchLines({ zone: zone.name, server, before, after }));
  await answer.end();
  const command = readinessCommand(zone.name, flags);
  answer.say(`Nothing was judged: this tells whether the zone is ready: ${command}`);
  return EXIT_CODES.ok;
}

function readinessCommand(zone: string, flags: SwitchScene['flags']): string {
  return `dnsacl readiness -z ${shellWord(zone)}${whoOptions(flags)}${whereOptions(flags)}`;
}

async function headOf(zone: string, { place, deps, problems }: SwitchScene): Promise<JsonCommon> {
  const { server } = await place.source.describe();
  return { command: 'secure', generatedAt: deps.io.now(), server, zones: [zone], problems };
}
