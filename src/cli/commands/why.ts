/** `dnsacl why`: step by step, who can update a name, which ACE decides, and the command that cures it. */

import type { Command } from 'commander';
import type { AuditedName } from '../../assess/audit.ts';
import {
  type ExpectedUpdater,
  fromComputer,
  fromDhcpAccount,
  fromNamed,
} from '../../assess/expected-updaters.ts';
import { type AskedRight, explainAccess, unreadableAccess } from '../../assess/explain-access.ts';
import { createAces } from '../../assess/update-right.ts';
import { UsageError } from '../../errors.ts';
import { normalizeFqdn } from '../../formats/dns-name.ts';
import { createDescriptorDecoder, type NodeDescriptor } from '../../formats/node-descriptor.ts';
import { findPrincipal } from '../../records/find-principal.ts';
import { decodeNode } from '../../records/node.ts';
import type { Zone } from '../../records/zone.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { type Check, checkValue, type Explanation, renderExplanation } from '../../report/why-text.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import { type Auditing, auditPage, learnTrustees, startAuditing } from '../auditing.ts';
import { beginReading } from '../begin-reading.ts';
import { longestZoneOf } from '../changes/targets.ts';
import { cureOf } from '../cure.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import {
  addLeasesOption,
  addOutputOptions,
  addWhereOptions,
  addWhoOptions,
  addZoneOption,
  type OutputFlags,
  TEXT_FORMATS,
  type WhereFlags,
  type WhoFlags,
  type ZoneFlags,
} from '../options.ts';
import type { Place } from '../place/connect.ts';
import { usePlace } from '../place/use-place.ts';
import { allProblems, classifyPage, commonOf, type Reading, sddlContext } from '../reading.ts';
import { readSettings } from '../settings/settings.ts';

interface WhyFlags extends WhereFlags, OutputFlags, ZoneFlags, WhoFlags {
  readonly as?: readonly string[];
}

export function whyCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('why')
    .description('explain who can update a name, and which entry decides')
    .argument('<name...>', 'fully qualified, or relative to the zone given with -z')
    .optionsGroup('Who is asked about:')
    .option('--as <principal...>', 'ask for these instead of the expected updaters');
  addWhereOptions(
    addOutputOptions(addLeasesOption(addWhoOptions(addZoneOption(command))), TEXT_FORMATS),
  ).addHelpText(
    'after',
    `
Examples:
  dnsacl why pc1.corp.example.com --dhcp-account dhcp_update --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl why pc1 -z corp.example.com --as 'CORP\\PC1$' --snapshot export.ldif.gz
  dnsacl why new-host.corp.example.com --as 'CORP\\PC1$' --snapshot export.ldif.gz    may it register the name?`,
  );
  command.action(async (names: string[], flags: WhyFlags) => deps.finish(await runWhy(names, flags, deps)));
}

async function runWhy(names: readonly string[], flags: WhyFlags, deps: Deps): Promise<ExitCode> {
  const settings = await readSettings(flags, deps.io);
  const answer = await openAnswer(flags, deps.io, deps.tool, TEXT_FORMATS);
  const work = async (place: Place): Promise<ExitCode> => {
    const reading = await beginReading(
      { ...flags, zone: flags.zone ?? ['*'] },
      { settings, answer, place },
      null,
    );
    const auditing = await startAuditing(reading, { ...settings, now: deps.io.now() });
    const asked = await principalsOf(flags.as ?? [], reading, auditing);
    const explanations: Explanation[] = [];
    for (const name of names) explanations.push(await explainName(name, asked, flags, reading, auditing));
    await writeExplanations(explanations, answer, reading, deps);
    await answer.end();
    answer.tellProblems(allProblems(reading));
    answer.tellCost(place.source.counters, reading.descriptors);
    return EXIT_CODES.ok;
  };
  return usePlace(settings.where, deps.io, answer, work);
}

async function principalsOf(
  references: readonly string[],
  reading: Reading,
  auditing: Auditing,
): Promise<readonly ExpectedUpdater[]> {
  const found: ExpectedUpdater[] = [];
  for (const reference of references) {
    const principal = await findPrincipal(reading.source, reading.info, reading.book, reference, '--as');
    found.push(fromNamed(principal, 'named with --as', auditing));
  }
  return found;
}

async function explainName(
  text: string,
  asked: readonly ExpectedUpdater[],
  flags: WhyFlags,
  reading: Reading,
  auditing: Auditing,
): Promise<Explanation> {
  const { zone, relative } = locate(text, reading.zones);
  const audited = await readAndAudit(zone, relative, reading, auditing);
  const fqdn = audited?.fqdn ?? (relative === '@' ? zone.name : `${relative}.${zone.name}`);
  const nameOf: Explanation['nameOf'] = (sid) => reading.book.principal(sid).name ?? sid;
  if (audited === null) {
    const whom = asked.length > 0 ? asked : expectNewcomer(fqdn, auditing);
    const checks = await checkCreation(zone, whom, reading, auditing);
    return { fqdn, zone: zone.name, audited, checks, cure: null, nameOf };
  }
  const updaters = asked.length > 0 ? asked : audited.updaters;
  const descriptor = audited.descriptor.kind === 'read' ? audited.descriptor.value : null;
  const checks = updaters.map((updater) =>
    descriptor === null
      ? unreadableCheck(updater, 'update', audited.unreadable ?? audited.reason)
      : checkOf(updater, descriptor, 'update'),
  );
  return { fqdn, zone: zone.name, audited, checks, cure: cureOf(audited, flags), nameOf };
}

/** Who would register a name that does not exist yet: the computer of that host, and the DHCP account. */
function expectNewcomer(fqdn: string, auditing: Auditing): readonly ExpectedUpdater[] {
  const found = auditing.computers.find(normalizeFqdn(fqdn));
  const computers = found.length === 1 ? found.flatMap((match) => fromComputer(match, auditing)) : [];
  return [
    ...computers,
    ...auditing.estate.dhcpAccounts.map((principal) => fromDhcpAccount(principal, auditing)),
  ];
}

/** Who of those asked about may create a name in the zone. */
async function checkCreation(
  zone: Zone,
  asked: readonly ExpectedUpdater[],
  reading: Reading,
  auditing: Auditing,
): Promise<readonly Check[]> {
  const descriptor = zoneDescriptor(zone);
  if (typeof descriptor === 'string')
    return asked.map((updater) => unreadableCheck(updater, 'create', descriptor));
  await learnTrustees(reading, auditing, new Set(createAces(descriptor).map((ace) => ace.sid)));
  return asked.map((updater) => checkOf(updater, descriptor, 'create'));
}

function checkOf(updater: ExpectedUpdater, descriptor: NodeDescriptor, right: AskedRight): Check {
  return { ...updater, explained: explainAccess(descriptor, updater.token, right) };
}

function unreadableCheck(updater: ExpectedUpdater, right: AskedRight, reason: string): Check {
  return { ...updater, explained: unreadableAccess(right, reason) };
}

async function readAndAudit(
  zone: Zone,
  relative: string,
  reading: Reading,
  auditing: Auditing,
): Promise<AuditedName | null> {
  const entry = await reading.source.node(zone.dn, relative, 'descriptor');
  if (entry === null) return null;
  const how = { zone, descriptors: reading.descriptors, keepBytes: false };
  const node = decodeNode(entry, how, reading.problems);
  const [audited] = await auditPage(reading, auditing, await classifyPage(reading, [node]));
  return audited ?? null;
}

/** The zone that a name lies in, and its name in it. @throws UsageError when no zone that was read holds it */
function locate(text: string, zones: readonly Zone[]): { readonly zone: Zone; readonly relative: string } {
  const name = normalizeFqdn(text);
  const zone = longestZoneOf(name, zones) ?? (zones.length === 1 ? zones[0] : undefined);
  if (zone === undefined) {
    const known = zones.map((candidate) => candidate.name).join(', ');
    throw new UsageError(
      `Cannot tell the zone of ${JSON.stringify(text)}; give -z ZONE or the full name (zones: ${known})`,
      '--zone',
    );
  }
  const suffix = normalizeFqdn(zone.name);
  if (name === suffix) return { zone, relative: '@' };
  return { zone, relative: name.endsWith(`.${suffix}`) ? name.slice(0, -suffix.length - 1) : name };
}

/** The descriptor of the zone, or why there is none. */
function zoneDescriptor(zone: Zone): NodeDescriptor | string {
  if (zone.descriptor === null) return 'the descriptor of the zone cannot be read';
  try {
    return createDescriptorDecoder().decode(zone.descriptor);
  } catch (error) {
    return (error as Error).message;
  }
}

async function writeExplanations(
  explanations: readonly Explanation[],
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  const context = sddlContext(reading.info);
  const values = explanations.flatMap((explanation) =>
    explanation.checks.map((check) => checkValue(explanation, check, context)),
  );
  switch (answer.format) {
    case 'table':
      answer.say(`Read from ${reading.info.server}`);
      await answer.write(
        explanations.map((item) => renderExplanation(item, context, answer.render)).join('\n'),
      );
      break;
    case 'json': {
      const zones = [...new Set(explanations.map((item) => item.zone))].sort();
      const head = { ...commonOf('why', reading, deps.io.now()), zones };
      await answer.write(jsonDocument(head, { checks: values }));
      break;
    }
    case 'ndjson':
      await answer.writeAll(values.map(ndjsonLine));
      break;
  }
}
