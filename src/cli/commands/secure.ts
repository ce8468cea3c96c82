/** `dnsacl secure`: the switch of one zone, behind readiness, and the way back. */

import { type Command, Option } from 'commander';
import type { BlockedLimit } from '../../assess/readiness.ts';
import { UsageError } from '../../errors.ts';
import { octetsFor, type SetMode } from '../../plan/switch.ts';
import { openAnswer } from '../answer/answer.ts';
import type { Deps } from '../deps.ts';
import type { ExitCode } from '../exit.ts';
import {
  addLeasesOption,
  addOutputOptions,
  addWhereOptions,
  addWhoOptions,
  amountOf,
  type OutputFlags,
  TEXT_FORMATS,
  type WhereFlags,
  type WhoFlags,
  wholeNumber,
} from '../options.ts';
import { openPlace } from '../place/connect.ts';
import { readSettings } from '../settings/settings.ts';
import { addSurroundingsOptions, readSurroundings, type SurroundingsFlags } from '../surroundings-input.ts';
import { findRevert } from '../switch/revert-record.ts';
import { finishSwitch, writeScript } from '../switch/switch-answer.ts';
import { demandCoolDown, judgeSwitch, type SwitchInput } from '../switch/switch-gate.ts';
import { findSubject, type SwitchSubject } from '../switch/switch-subject.ts';
import {
  carryOut,
  leave,
  lookAgain,
  noteProblems,
  type SwitchFlags,
  type SwitchScene,
} from '../switch/switching.ts';

interface SecureFlags extends WhereFlags, OutputFlags, WhoFlags, SwitchFlags, SurroundingsFlags {
  readonly mode: keyof typeof MODES;
  readonly maxBlocked?: BlockedLimit;
  /** Days. */
  readonly coolDown: number;
  readonly revert?: string | true;
  readonly print?: boolean;
}

interface SecureScene extends SwitchScene {
  readonly flags: SecureFlags;
}

const MODES = {
  secure: 'secure-only',
  'nonsecure-and-secure': 'nonsecure-and-secure',
  none: 'none',
} as const satisfies Readonly<Record<string, SetMode>>;

const USUAL_COOL_DOWN_DAYS = 7;
const USUAL_REPLICA_WAIT_SECONDS = 60;

export function secureCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('secure')
    .description('switch a zone to "Secure only", if it is ready')
    .argument('<zone>', 'name or DN of the zone')
    .optionsGroup('The switch:')
    .addOption(
      new Option('--mode <mode>', 'what it is switched to').choices(Object.keys(MODES)).default('secure'),
    )
    .option(
      '--max-blocked <n|p%>',
      'how many names may be blocked, as a number or a share (default: 0)',
      amountOf,
    )
    .option(
      '--cool-down <days>',
      'refuse when another zone was switched within so many days; 0 does not ask',
      wholeNumber(0, 3650),
      USUAL_COOL_DOWN_DAYS,
    )
    .option('--revert [record]', 'put the old value back (default: the record in this folder that fits)')
    .option('--print', 'change nothing; print the lines for PowerShell and dnscmd, there and back')
    .optionsGroup('Writing:')
    .option('-y, --yes', 'do not ask; a switch that is judged also needs --max-blocked')
    .option('--no-input', 'never ask: without --yes nothing is done')
    .option('--baseline <file>', 'where to save how things are (default: named after zone and time)')
    .option('--journal <file>', 'where to keep the record with the old value (default: beside the baseline)')
    .option('--write-snapshot <file>', 'with --snapshot: write the changed copy to this new file')
    .option(
      '--replica-wait <seconds>',
      'how long to wait until the other domain controllers hold it; 0 looks once',
      wholeNumber(0, 86_400),
      USUAL_REPLICA_WAIT_SECONDS,
    );
  const asked = addSurroundingsOptions(addLeasesOption(addWhoOptions(command)));
  addWhereOptions(addOutputOptions(asked, TEXT_FORMATS)).addHelpText(
    'after',
    `
One value of the zone's dNSProperty is exchanged; if somebody changed it meanwhile the directory refuses. Other values
stay as they are. A DNS server takes it up when it polls the directory, every 180 s unless that was changed.

Exits with 2 when the zone is not ready, or when another domain controller does not hold the switch yet; with 5 when
another zone was switched lately or the name was typed wrong; with 6 when somebody else changed the zone meanwhile.

Examples:
  dnsacl secure corp.example.com --dhcp-account dhcp_update --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl secure corp.example.com --max-blocked 0.5% --yes --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl secure corp.example.com --print --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl secure corp.example.com --revert corp.example.com.2026-11-20T21-41-07-123.switch.ndjson --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl secure corp.example.com --snapshot export.ldif.gz --write-snapshot after.ldif.gz`,
  );
  command.action(async (zone: string, flags: SecureFlags) => deps.finish(await runSecure(zone, flags, deps)));
}

async function runSecure(name: string, flags: SecureFlags, deps: Deps): Promise<ExitCode> {
  demandConsistent(flags);
  const settings = await readSettings(flags, deps.io);
  const around = await readSurroundings(flags);
  const answer = await openAnswer(flags, deps.io, deps.tool, TEXT_FORMATS);
  const place = await openPlace(settings.where, deps.io, flags.writeSnapshot);
  try {
    const subject = await findSubject(place, name, flags.partition);
    const scene = { flags, place, answer, deps, problems: [] };
    noteProblems(scene, [...settings.problems, ...around.problems, ...subject.problems]);
    if (flags.print === true) return await writeScript(subject, MODES[flags.mode], scene);
    if (flags.revert !== undefined) return await revert(subject, scene);
    return await switchTo(MODES[flags.mode], subject, { settings, around }, scene);
  } finally {
    await place.close();
  }
}

function demandConsistent(flags: SecureFlags): void {
  if (flags.print === true && flags.revert !== undefined)
    throw new UsageError('--print already prints the way back; leave --revert out', '--print');
  if (flags.snapshot !== undefined && flags.writeSnapshot === undefined && flags.print !== true)
    throw new UsageError(
      'A snapshot is never changed in place: give --write-snapshot NEWFILE',
      '--write-snapshot',
    );
  if (flags.yes === true && flags.maxBlocked === undefined && isJudged(flags))
    throw new UsageError(
      '--yes alone does not switch a zone: say with --max-blocked N|P% how many names may stop updating',
      '--max-blocked',
    );
}

/** A way back and a mode that lets everybody in cost no name its updates. */
function isJudged({ mode, revert, print }: SecureFlags): boolean {
  return revert === undefined && print !== true && mode !== 'nonsecure-and-secure';
}

async function switchTo(
  after: SetMode,
  subject: SwitchSubject,
  told: SwitchInput,
  scene: SecureScene,
): Promise<ExitCode> {
  const { zone, target, octets, mode: before } = subject;
  const { flags, deps } = scene;
  const head = { zone, before, after, readiness: null };
  if (before === after)
    return finishSwitch({ ...head, ...(await lookAgain('it is that already', zone, octets, scene)) }, scene);
  const judged = isJudged(flags);
  if (judged) demandCoolDown(subject, flags.coolDown, deps.io.now());
  const limit = flags.maxBlocked ?? amountOf(told.settings.maxBlocked ?? '0');
  const gate = judged ? await judgeSwitch(subject, after, limit, told, scene) : null;
  const readiness = gate?.readiness ?? null;
  if (gate !== null && gate.refusal !== null)
    return finishSwitch({ ...head, readiness, ...leave('no-go', gate.refusal) }, scene);
  const change = { ...target, zone: zone.name, before: octets, after: octetsFor(after, octets) };
  const yes = judged ? '--yes and --max-blocked N|P%' : '--yes';
  const done = await carryOut({ zone, change, before, after, yes, isWayBack: false }, scene);
  return finishSwitch({ ...head, readiness, ...done }, scene);
}

async function revert(subject: SwitchSubject, scene: SecureScene): Promise<ExitCode> {
  const { zone, octets, mode: before } = subject;
  const { flags, place, answer, deps } = scene;
  const { domain } = await place.source.describe();
  const file = typeof flags.revert === 'string' ? flags.revert : null;
  const {
    change,
    mode: after,
    file: record,
  } = await findRevert(file, deps.io.cwd, subject, domain?.sid ?? null);
  answer.say(`Going back with ${record}`);
  const head = { zone, before, after, readiness: null };
  const done =
    Buffer.compare(octets, change.after) === 0
      ? await lookAgain('it was taken back already', zone, octets, scene)
      : await carryOut({ zone, change, before, after, yes: '--yes', isWayBack: true }, scene);
  return finishSwitch({ ...head, ...done }, scene);
}
