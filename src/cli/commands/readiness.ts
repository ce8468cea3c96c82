/** `dnsacl readiness`: go or no-go for each zone, by its names and its surroundings. Exits with 2 on a no-go. */

import type { Command } from 'commander';
import type { BlockedLimit } from '../../assess/readiness.ts';
import { ZONE_CHECK_COLUMNS } from '../../report/check-rows.ts';
import { renderCsv } from '../../report/csv.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { readinessValue } from '../../report/readiness-rows.ts';
import { ticketHead, ticketProblems } from '../../report/ticket.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import { startAuditing } from '../auditing.ts';
import { beginReading } from '../begin-reading.ts';
import { assumePlan } from '../changes/assume-plan.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { judgeZone, withReplicaChecks, writeZone, type ZoneResult, zoneTicket } from '../judging.ts';
import {
  addLeasesOption,
  addOutputOptions,
  addWhereOptions,
  addWhoOptions,
  addZoneOption,
  amountOf,
  type OutputFlags,
  TICKET_FORMATS,
  type WhereFlags,
  type WhoFlags,
  type ZoneFlags,
  zonePatterns,
} from '../options.ts';
import type { Place } from '../place/connect.ts';
import { usePlace } from '../place/use-place.ts';
import { allProblems, commonOf, hasErrors, originOf, type Reading } from '../reading.ts';
import { readSettings } from '../settings/settings.ts';
import { gatherSurroundings } from '../surroundings.ts';
import { addSurroundingsOptions, readSurroundings, type SurroundingsFlags } from '../surroundings-input.ts';

interface ReadinessFlags extends WhereFlags, OutputFlags, ZoneFlags, WhoFlags, SurroundingsFlags {
  readonly maxBlocked?: BlockedLimit;
  readonly assumePlan?: string;
}

export function readinessCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('readiness')
    .description('go or no-go: is the zone ready for "Secure only"?');
  addZoneOption(command)
    .optionsGroup('What counts:')
    .option(
      '--max-blocked <n|p%>',
      'how many names may be blocked, as a number or a share (default: 0)',
      amountOf,
    )
    .option('--assume-plan <file>', 'judge as if this plan had been applied');
  const asked = addSurroundingsOptions(addLeasesOption(addWhoOptions(command)));
  addWhereOptions(addOutputOptions(asked, TICKET_FORMATS)).addHelpText(
    'after',
    `
It is a no-go when more names are blocked than may be, or when the account named with --dhcp-account cannot sign in:
the verdicts count on it. Checks that warn, or that nothing at hand can tell, do not decide.

Exits with 0 on go and with 2 on no-go.

Examples:
  dnsacl readiness -z corp.example.com --dhcp-account dhcp_update --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl readiness -z corp.example.com --max-blocked 0.5% --snapshot export.ldif.gz
  dnsacl readiness -z corp.example.com --lease 8d --dhcp-export dhcp1.xml dhcp2.xml --snapshot export.ldif.gz
  dnsacl readiness -z corp.example.com --assume-plan change.json --snapshot export.ldif.gz`,
  );
  command.action(async (flags: ReadinessFlags) => deps.finish(await runReadiness(flags, deps)));
}

async function runReadiness(flags: ReadinessFlags, deps: Deps): Promise<ExitCode> {
  zonePatterns(flags);
  const settings = await readSettings(flags, deps.io);
  const input = await readSurroundings(flags);
  const overlay = flags.assumePlan === undefined ? null : await assumePlan(flags.assumePlan);
  const answer = await openAnswer(flags, deps.io, deps.tool, TICKET_FORMATS);
  const work = async (place: Place): Promise<ExitCode> => {
    // A plan is laid over the stored bytes, which are kept with the metadata only.
    const detail = overlay === null ? 'descriptor' : 'metadata';
    const reading = await beginReading(flags, { settings, answer, place }, detail);
    reading.problems.push(...input.problems);
    const auditing = await startAuditing(reading, { ...settings, now: deps.io.now() });
    const surroundings = await gatherSurroundings(reading, input, deps.io.now());
    const limit = flags.maxBlocked ?? amountOf(settings.maxBlocked ?? '0');
    const judged: ZoneResult[] = [];
    for (const zone of reading.zones) {
      judged.push(await judgeZone(zone, reading, { auditing, surroundings, overlay, limit }));
    }
    const results = await withReplicaChecks(judged, place, answer, deps);
    reading.problems.push(...(overlay?.leftOver(reading.zones.map((zone) => zone.name)) ?? []));
    await writeReadiness(results, answer, reading, deps);
    await answer.end();
    answer.tellProblems(allProblems(reading));
    answer.tellCost(place.source.counters, reading.descriptors);
    if (hasErrors(reading)) return EXIT_CODES.failed;
    return results.every(({ readiness }) => readiness.go) ? EXIT_CODES.ok : EXIT_CODES.findings;
  };
  return usePlace(settings.where, deps.io, answer, work);
}

async function writeReadiness(
  results: readonly ZoneResult[],
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  switch (answer.format) {
    case 'table':
      answer.say(`Read from ${reading.info.server}`);
      for (const result of results) await writeZone(result, answer);
      break;
    case 'markdown':
      await answer.write(ticketHead('Ready for "Secure only"?', originOf(reading, deps)));
      for (const result of results) await answer.write(zoneTicket(result));
      await answer.write(ticketProblems(allProblems(reading)));
      break;
    case 'csv': {
      const rows = results.flatMap(({ readiness }) =>
        readiness.checks.map((check) => ({ zone: readiness.zone, ...check })),
      );
      await answer.write(renderCsv(ZONE_CHECK_COLUMNS, rows, answer.csv));
      break;
    }
    case 'json': {
      const zones = results.map(({ readiness }) => readiness.zone);
      const head = { ...commonOf('readiness', reading, deps.io.now()), zones };
      await answer.write(jsonDocument(head, bodyOf(results)));
      break;
    }
    case 'ndjson':
      await answer.writeAll(results.map(({ readiness }) => ndjsonLine(readinessValue(readiness))));
      break;
  }
}

/** One zone stands at the top of the document; several stand in a list. */
function bodyOf(results: readonly ZoneResult[]): Readonly<Record<string, unknown>> {
  const values = results.map(({ readiness }) => readinessValue(readiness));
  const [only] = values;
  if (only !== undefined && values.length === 1) return only;
  return { go: results.every(({ readiness }) => readiness.go), results: values };
}
