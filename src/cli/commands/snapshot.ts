/** `dnsacl snapshot`: saves all that later answers about some zones need, to be asked offline or compared with. */

import type { Command } from 'commander';
import type { SavedSnapshot } from '../../directory/snapshot-writer.ts';
import { UsageError } from '../../errors.ts';
import { readZones, selectZones } from '../../records/read.ts';
import { openAnswer } from '../answer.ts';
import { openPlace } from '../connect.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import {
  addTalkOptions,
  addWhereOptions,
  addZoneOption,
  type TalkFlags,
  type WhereFlags,
  type ZoneFlags,
  zonePatterns,
} from '../options.ts';
import { readSettings } from '../settings.ts';

interface SnapshotFlags extends WhereFlags, ZoneFlags, TalkFlags {
  readonly out?: string;
}

export function snapshotCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('snapshot')
    .description('save everything that audit, readiness, watch and diff need of some zones in a file');
  addZoneOption(command);
  addTalkOptions(
    command
      .optionsGroup('Output:')
      .option('-o, --out <file>', 'the new file, LDIF; compressed when it ends in .gz'),
  );
  addWhereOptions(command).addHelpText(
    'after',
    `
All zones, accounts, groups, DHCP servers and domain controllers are saved, names only of the zones that are named.
The file is for --snapshot of every command. It holds who may change what, and nothing that is secret in itself.

Examples:
  dnsacl snapshot -z corp.example.com -o before.ldif.gz --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl snapshot --all-zones -o all.ldif.gz --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl audit -z corp.example.com --snapshot before.ldif.gz
  dnsacl diff before.ldif.gz --live -z corp.example.com --server dc1.corp.example.com --user admin@corp.example.com`,
  );
  command.action(async (flags: SnapshotFlags) => deps.finish(await runSnapshot(flags, deps)));
}

async function runSnapshot(flags: SnapshotFlags, deps: Deps): Promise<ExitCode> {
  const { out, ...talk } = flags;
  if (out === undefined) throw new UsageError('Where to? Give -o FILE, such as -o before.ldif.gz', '--out');
  const patterns = zonePatterns(flags);
  const settings = await readSettings(flags, deps.io);
  const answer = await openAnswer(talk, deps.io, deps.tool);
  const place = await openPlace(settings.where, deps.io);
  try {
    const source = answer.stages.watch(place.source);
    const found = await readZones(source, flags.partition);
    const zones = selectZones(found.values, patterns);
    const { writeSnapshot } = await import('../../directory/snapshot-writer.ts');
    const request = { zones: zones.map(({ dn }) => dn), tool: deps.tool, now: deps.io.now() };
    const saved = await writeSnapshot(source, out, request);
    answer.tellProblems([...found.problems, ...saved.problems]);
    answer.tellCost(source.counters);
    answer.say(savedWords(saved, zones.length));
    const [first] = zones;
    if (first !== undefined) answer.say(`Next: dnsacl audit -z ${first.name} --snapshot ${out}`);
    return EXIT_CODES.ok;
  } finally {
    await place.close();
  }
}

function savedWords({ file, counts }: SavedSnapshot, zones: number): string {
  const inAll = `${counts.node} names of ${zones} of ${counts.zone} zones, ${counts.account} accounts and groups`;
  return `Wrote ${file}: ${inAll}, ${counts.dhcp} DHCP servers`;
}
