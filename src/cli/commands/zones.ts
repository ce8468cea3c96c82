/** `dnsacl zones`: every zone of every partition, what it accepts, and how many names it holds. */

import type { Command } from 'commander';
import { DirectoryError, isPartialFault, type Problem } from '../../errors.ts';
import { type Census, countNames } from '../../records/census.ts';
import { isLoaded, readZones } from '../../records/read.ts';
import type { DirectorySource } from '../../records/source.ts';
import type { Zone } from '../../records/zone.ts';
import { renderCsv } from '../../report/csv.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { renderTable } from '../../report/table.ts';
import { type CountedZone, ZONE_COLUMNS, ZONE_TABLE_COLUMNS, zoneValue } from '../../report/zone-rows.ts';
import { openAnswer } from '../answer.ts';
import type { Place } from '../connect.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { addOutputOptions, addWhereOptions, type OutputFlags, type WhereFlags } from '../options.ts';
import { readSettings } from '../settings.ts';
import { usePlace } from '../use-place.ts';

type ZonesFlags = WhereFlags & OutputFlags;

export function zonesCommand(parent: Command, deps: Deps): void {
  const command = parent.command('zones').description('list every zone: type, update mode, aging, names');
  addOutputOptions(addWhereOptions(command)).addHelpText(
    'after',
    `
Examples:
  dnsacl zones --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl zones --snapshot export.ldif.gz -f csv -o zones.csv`,
  );
  command.action(async (flags: ZonesFlags) => deps.finish(await runZones(flags, deps)));
}

async function runZones(flags: ZonesFlags, deps: Deps): Promise<ExitCode> {
  const settings = await readSettings(flags, deps.io);
  const answer = await openAnswer(flags, deps.io, deps.tool);
  const work = async (place: Place): Promise<ExitCode> => {
    const source = answer.stages.watch(place.source);
    const info = await source.describe();
    const { values, problems: found } = await readZones(source, flags.partition);
    const rows: CountedZone[] = [];
    const problems: Problem[] = [...found];
    for (const zone of values) rows.push({ zone, census: await census(source, zone, problems) });
    if (rows.length === 0) {
      answer.tellProblems(problems);
      const where = flags.partition === 'all' ? 'any partition' : `the partition ${flags.partition}`;
      const message = `There is no zone in ${where} of ${info.server}, or this account may not list them`;
      throw new DirectoryError('not-found', message, { operation: 'read zones' });
    }
    switch (answer.format) {
      case 'table':
        answer.say(`Read from ${info.server}`);
        await answer.write(renderTable(ZONE_TABLE_COLUMNS, rows, answer.render));
        break;
      case 'csv':
        await answer.write(renderCsv(ZONE_COLUMNS, rows));
        break;
      case 'json': {
        const head = {
          command: 'zones',
          generatedAt: deps.io.now(),
          server: info.server,
          zones: [],
          problems,
        };
        await answer.write(jsonDocument(head, { zones: rows.map(zoneValue) }));
        break;
      }
      case 'ndjson':
        await answer.writeAll(rows.map((row) => ndjsonLine(zoneValue(row))));
        break;
    }
    await answer.end();
    answer.tellProblems(problems);
    answer.tellCost(source.counters);
    suggestNext(rows, answer.say);
    return problems.some((problem) => problem.severity === 'error') ? EXIT_CODES.failed : EXIT_CODES.ok;
  };
  return usePlace(settings.where, deps.io, answer, work);
}

/** The count of a zone's names; null when they cannot be read, which is told. */
async function census(source: DirectorySource, zone: Zone, problems: Problem[]): Promise<Census | null> {
  try {
    return await countNames(source, zone);
  } catch (error) {
    if (!isPartialFault(error)) throw error;
    // What no server loads is not missed.
    if (!isLoaded(zone)) return null;
    problems.push({ severity: 'warning', code: 'unread-names', where: zone.dn, message: error.message });
    return null;
  }
}

function suggestNext(rows: readonly CountedZone[], say: (text: string) => void): void {
  const open = rows.find(({ zone }) => isLoaded(zone) && zone.dynamicUpdate === 'nonsecure-and-secure');
  if (open !== undefined) say(`Next: dnsacl owners -z ${open.zone.name} --summary`);
}
