/** `dnsacl doctor`: the connection, who is who, and what this account may read and write, with the cure of what fails. */

import type { Command } from 'commander';
import { type Diagnosis, diagnose } from '../../assess/doctor.ts';
import type { Problem } from '../../errors.ts';
import { isLoaded, readZones, selectZones } from '../../records/read.ts';
import type { Zone } from '../../records/zone.ts';
import { ZONE_CHECK_COLUMNS } from '../../report/check-rows.ts';
import { renderCsv } from '../../report/csv.ts';
import {
  checkValue,
  diagnosisValue,
  renderDiagnosis,
  renderDiagnosisMarkdown,
} from '../../report/doctor-rows.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { ticketHead, ticketProblems } from '../../report/ticket.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import type { Deps } from '../deps.ts';
import { gatherDoctorFacts } from '../doctor-facts.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import {
  addOutputOptions,
  addWhereOptions,
  addWhoOptions,
  type OutputFlags,
  TICKET_FORMATS,
  type WhereFlags,
  type WhoFlags,
} from '../options.ts';
import type { Place } from '../place/connect.ts';
import { usePlace } from '../place/use-place.ts';
import { readSettings } from '../settings/settings.ts';

interface DoctorFlags extends WhereFlags, OutputFlags, WhoFlags {
  readonly zone?: readonly string[];
  readonly exitCode?: boolean;
}

export function doctorCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('doctor')
    .description('is everything there: connection, sign-in, clock, and the rights of this account')
    .optionsGroup('Which names:')
    .option(
      '-z, --zone <zone...>',
      'zones to look at, globs allowed (default: the first 25 that take updates)',
    )
    .optionsGroup('Output:')
    .option('--exit-code', 'exit with 2 when a check failed');
  addWhereOptions(addOutputOptions(addWhoOptions(command), TICKET_FORMATS)).addHelpText(
    'after',
    `
Nothing is written. What each group of commands needs is tried on a sample of names, and the smallest delegation that
would do is printed as lines for dsacls, PowerShell and samba-tool. A snapshot tells nothing about rights.

Examples:
  dnsacl doctor --server dc1.corp.example.com --user anna@corp.example.com
  dnsacl doctor -z corp.example.com --dhcp-account dhcp_update --server dc1.corp.example.com --user anna@corp.example.com
  dnsacl doctor --snapshot export.ldif.gz -f json`,
  );
  command.action(async (flags: DoctorFlags) => deps.finish(await runDoctor(flags, deps)));
}

async function runDoctor(flags: DoctorFlags, deps: Deps): Promise<ExitCode> {
  const settings = await readSettings(flags, deps.io);
  const answer = await openAnswer(flags, deps.io, deps.tool, TICKET_FORMATS);
  const work = async (place: Place): Promise<ExitCode> => {
    const source = answer.stages.watch(place.source);
    const { values, problems: found } = await readZones(source, flags.partition);
    const problems = [...settings.problems, ...found];
    const zones = flags.zone === undefined ? updatableZones(values) : selectZones(values, flags.zone);
    const inspection = await place.inspect();
    const facts = await gatherDoctorFacts(
      { source, inspection, zones, now: deps.io.now },
      settings.estate,
      problems,
    );
    const diagnosis = diagnose(facts);
    await writeDiagnosis(diagnosis, facts.server, problems, answer, deps);
    await answer.end();
    answer.tellProblems(problems);
    answer.tellCost(source.counters);
    const failed = diagnosis.checks.some(({ status }) => status === 'fail');
    return failed && flags.exitCode === true ? EXIT_CODES.findings : EXIT_CODES.ok;
  };
  return usePlace(settings.where, deps.io, answer, work);
}

/** Only primary zones take dynamic updates; one whose properties cannot be read may be one. */
function updatableZones(zones: readonly Zone[]): readonly Zone[] {
  return zones.filter((zone) => isLoaded(zone) && (zone.type === 'primary' || zone.type === 'unknown'));
}

async function writeDiagnosis(
  diagnosis: Diagnosis,
  server: string,
  problems: readonly Problem[],
  answer: Answer,
  deps: Deps,
): Promise<void> {
  switch (answer.format) {
    case 'csv':
      await answer.write(renderCsv(ZONE_CHECK_COLUMNS, diagnosis.checks, answer.csv));
      break;
    case 'json': {
      const zones = [...new Set(diagnosis.checks.flatMap(({ zone }) => zone ?? []))];
      const head = { command: 'doctor', generatedAt: deps.io.now(), server, zones, problems };
      await answer.write(jsonDocument(head, diagnosisValue(diagnosis)));
      break;
    }
    case 'ndjson':
      await answer.writeAll(diagnosis.checks.map((check) => ndjsonLine(checkValue(check))));
      break;
    case 'markdown':
      await answer.write(ticketHead('Doctor', { server, generatedAt: deps.io.now(), tool: deps.tool }));
      await answer.write(renderDiagnosisMarkdown(diagnosis));
      await answer.write(ticketProblems(problems));
      break;
    default:
      answer.say(`Read from ${server}`);
      await answer.write(renderDiagnosis(diagnosis, answer.render));
  }
}
