/** `dnsacl snapshot`: saves all that later answers about some zones need, to be asked offline or compared with. */

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Anonymizer } from '../../directory/snapshot/anonymize.ts';
import type { SavedSnapshot } from '../../directory/snapshot/snapshot-writer.ts';
import { UsageError } from '../../errors.ts';
import { counted } from '../../formats/counted.ts';
import { readZones, selectZones } from '../../records/read.ts';
import { shellWord } from '../../report/plan-summary.ts';
import { openAnswer } from '../answer/answer.ts';
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
import { openPlace } from '../place/connect.ts';
import { readSettings } from '../settings/settings.ts';

const KEY_BYTES = 32;
const LEAST_KEY_BYTES = 16;

interface SnapshotFlags extends WhereFlags, ZoneFlags, TalkFlags {
  readonly color: boolean;
  readonly out?: string;
  readonly anonymize?: boolean;
  readonly anonymizeKeyFile?: string;
  readonly keep?: readonly string[];
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
  command
    .optionsGroup('For other people:')
    .option(
      '--anonymize',
      'put other names, SIDs, GUIDs and addresses in the place of all; the audit says the same of them',
    )
    .option(
      '--anonymize-key-file <file>',
      'the same for the same each time, as the content of this file decides',
    )
    .option(
      '--keep <name...>',
      'with --anonymize: account names that stay, such as the account of DHCP servers',
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
    const { writeSnapshot } = await import('../../directory/snapshot/snapshot-writer.ts');
    const common = { zones: zones.map(({ dn }) => dn), tool: deps.tool, now: deps.io.now() };
    const anonymizer = await openAnonymizer(flags);
    const request = anonymizer === null ? common : { ...common, anonymizer };
    const saved = await writeSnapshot(source, out, request);
    answer.tellProblems([...found.problems, ...saved.problems]);
    answer.tellCost(source.counters);
    answer.say(savedWords(saved, zones.length));
    const [first] = zones;
    if (first !== undefined && anonymizer === null)
      answer.say(`Next: dnsacl audit -z ${shellWord(first.name)} --snapshot ${shellWord(out)}`);
    return EXIT_CODES.ok;
  } finally {
    await place.close();
  }
}

/** Null when everything stays as it is. @throws UsageError when the key cannot be read, or is too short to be one */
async function openAnonymizer(flags: SnapshotFlags): Promise<Anonymizer | null> {
  if (flags.anonymize !== true && flags.anonymizeKeyFile === undefined) return null;
  const { createAnonymizer } = await import('../../directory/snapshot/anonymize.ts');
  const { createPseudonyms } = await import('../../directory/snapshot/pseudonyms.ts');
  const file = flags.anonymizeKeyFile;
  const key = file === undefined ? randomBytes(KEY_BYTES) : await readKey(file);
  return createAnonymizer(createPseudonyms(key, flags.keep));
}

async function readKey(file: string): Promise<Uint8Array> {
  let key: Uint8Array;
  try {
    key = await readFile(file);
  } catch (error) {
    const message = `Cannot read the key ${file}: ${(error as Error).message}`;
    throw new UsageError(message, '--anonymize-key-file', { cause: error });
  }
  if (key.length >= LEAST_KEY_BYTES) return key;
  const message = `Cannot use the key ${file}: it has ${key.length} bytes, needs ${LEAST_KEY_BYTES} or more`;
  throw new UsageError(message, '--anonymize-key-file');
}

function savedWords({ file, counts }: SavedSnapshot, zones: number): string {
  const inAll = `${counted(counts.node, 'name')} of ${zones} of ${counted(counts.zone, 'zone')}, ${counted(counts.account, 'account or group', 'accounts and groups')}`;
  return `Wrote ${file}: ${inAll}, ${counts.dhcp} DHCP servers`;
}
