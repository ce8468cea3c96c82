/** Options that several commands share: how they are declared, and how their text becomes values. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { OWNER_CLASSES } from '../assess/owner-class.ts';
import { UsageError } from '../errors.ts';
import { DNS_RECORD_TYPES, recordTypeCode } from '../formats/dns-record-types.ts';
import { didYouMean } from '../formats/near-names.ts';

/** Where to read, as typed. */
export interface WhereFlags {
  readonly server?: string;
  readonly domain?: string;
  readonly snapshot?: string;
  readonly config?: string;
  readonly partition: string;
  readonly forest?: boolean;
  readonly auth?: 'auto' | 'kerberos' | 'simple' | 'external';
  readonly user?: string;
  readonly passwordFile?: string;
  readonly passwordStdin?: boolean;
  readonly tls?: 'ldaps' | 'starttls' | 'off';
  readonly ca?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly tlsInsecure?: boolean;
  readonly pageSize?: number;
  readonly timeout: number;
  readonly retries: number;
  /** Nothing is changed in the directory, whatever the command. */
  readonly readOnly?: boolean;
  /** False: the names of the zones are not noted for completion. */
  readonly cache: boolean;
}

/** Which zones, as typed. */
export interface ZoneFlags {
  readonly zone?: readonly string[];
  readonly allZones?: boolean;
}

/** How much to tell on the way, as typed. */
export interface TalkFlags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** How to answer, as typed. */
export interface OutputFlags extends TalkFlags {
  readonly color: boolean;
  readonly format?: Format;
  readonly out?: string;
  readonly csvSeparator?: CsvSeparator;
  readonly csvBom?: boolean;
}

/** Which names, as typed. */
export interface FilterFlags {
  readonly name?: readonly string[];
  readonly type?: readonly number[];
  readonly owner?: readonly string[];
  readonly limit?: number;
}

/** What stands between the fields of CSV, as typed. */
export type CsvSeparator = 'comma' | 'semicolon' | 'tab';

export type Format =
  | 'table'
  | 'csv'
  | 'json'
  | 'ndjson'
  | 'markdown'
  | 'html'
  | 'sddl'
  | 'ldif'
  | 'dsacls'
  | 'powershell';

/** Forms of an answer that is no list. */
export const TEXT_FORMATS: readonly Format[] = ['table', 'json', 'ndjson'];

/** Forms of an answer that nearly every command has. */
export const LIST_FORMATS: readonly Format[] = ['table', 'csv', 'json', 'ndjson'];

/** Forms of an answer that also goes into tickets. */
export const TICKET_FORMATS: readonly Format[] = [...LIST_FORMATS, 'markdown'];

/** Forms of a list of names. */
export const NAME_FORMATS: readonly Format[] = [...TICKET_FORMATS, 'html'];

/** Forms of a plan or a run besides: those that go to other people. */
export const PLAN_FORMATS: readonly Format[] = [...TICKET_FORMATS, 'html'];

/** Forms of a plan that is only looked at: also those that other tools carry out. */
export const SHOW_FORMATS: readonly Format[] = [...PLAN_FORMATS, 'sddl', 'ldif', 'dsacls', 'powershell'];

const FORMAT_BY_ENDING: Readonly<Record<string, Format>> = {
  csv: 'csv',
  json: 'json',
  ndjson: 'ndjson',
  txt: 'table',
  md: 'markdown',
  html: 'html',
  htm: 'html',
  sddl: 'sddl',
  ldif: 'ldif',
  cmd: 'dsacls',
  ps1: 'powershell',
};

/** Who registers names, as typed. */
export interface WhoFlags {
  readonly dhcpAccount?: readonly string[];
  readonly dhcpServer?: readonly string[];
  readonly leases?: readonly string[];
}

/** Adds the options that say where to read from and as whom. */
export function addWhereOptions(command: Command): Command {
  return command
    .optionsGroup('Where to read:')
    .option(
      '-s, --server <host>',
      'domain controller: HOST, ldap://HOST or ldaps://HOST; without it one is found',
    )
    .option('--domain <fqdn>', "domain whose controllers are looked for in DNS (default: this machine's)")
    .option('--snapshot <file>', 'read an LDIF export (plain or gzip) instead of a directory')
    .option('--config <file>', 'settings (default: dnsacl.config.json, here or in a folder above)')
    .option(
      '--partition <which>',
      'domain, forest, legacy, custom, all, or the DN of a partition',
      partitionChoice,
      'all',
    )
    .option('--read-only', 'refuse everything that would change the directory')
    .option('--no-cache', 'note neither names nor sizes of the zones, for completion and progress')
    .option('--forest', 'all domains of the forest: their zones, computers and accounts too')
    .optionsGroup('Signing in:')
    .addOption(
      new Option(
        '--auth <way>',
        'auto: by password with --user, by certificate with --client-cert, else as you are (Kerberos)',
      ).choices(['auto', 'kerberos', 'simple', 'external']),
    )
    .option('-u, --user <name>', 'sign in by password: user principal name, DOMAIN\\name or DN')
    .option('--password-file <file>', 'file whose first line is the password')
    .option('--password-stdin', 'read the password from standard input')
    .addOption(
      new Option(
        '--tls <mode>',
        'how the connection is protected (default: ldaps; off with Kerberos, which seals it itself)',
      ).choices(['ldaps', 'starttls', 'off']),
    )
    .option('--ca <file>', 'PEM file with the CA that signed the server certificate')
    .option('--client-cert <file>', 'PEM file with the certificate to sign in with, over TLS')
    .option('--client-key <file>', 'PEM file with its key (default: the same file)')
    .option('--tls-insecure', 'accept any certificate')
    .optionsGroup('Pace:')
    .option(
      '--page-size <n>',
      'entries in one answer; what suits the server unless given',
      wholeNumber(1, 100_000),
    )
    .option(
      '--timeout <seconds>',
      'longest wait for one answer; 0 waits for ever',
      wholeNumber(0, 86_400),
      120,
    )
    .option(
      '--retries <n>',
      'attempts to go on with reading after the connection or the server failed',
      wholeNumber(0, 100),
      3,
    );
}

/** Adds the options that say how to answer. @param formats the forms that the command has */
export function addOutputOptions(command: Command, formats: readonly Format[] = LIST_FORMATS): Command {
  command
    .optionsGroup('Output:')
    .addOption(
      new Option(
        '-f, --format <format>',
        'form of the answer (default: table, or by the ending of --out)',
      ).choices(formats),
    )
    .option('-o, --out <file>', 'write the answer to a file');
  if (formats.includes('csv')) addCsvOptions(command);
  return addTalkOptions(command);
}

function addCsvOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--csv-separator <which>',
        'between the fields of CSV: comma (the default), semicolon, tab',
      ).choices(['comma', 'semicolon', 'tab']),
    )
    .option('--csv-bom', 'begin CSV with a byte order mark, so that Excel reads it as UTF-8');
}

/** Adds the options of every command that says something on the way. */
export function addTalkOptions(command: Command): Command {
  return command
    .option('--no-color', 'no colour')
    .option('-q, --quiet', 'only the answer, errors, and what could not be read')
    .option(
      '-v, --verbose',
      'every problem with its full DN, what was asked of the directory, and the time it took',
    );
}

/** Adds the options that choose names. */
export function addFilterOptions(command: Command): Command {
  return command
    .optionsGroup('Which names:')
    .option('--name <glob...>', 'only names that match, relative or fully qualified')
    .option('--type <types>', 'only names with a record of these types: A,PTR', recordTypes)
    .option(
      '--owner <class-or-principal...>',
      `only these owners: ${OWNER_CLASSES.join(', ')}, a name or a SID`,
    )
    .option('--limit <n>', 'stop after this many names', wholeNumber(1, Number.MAX_SAFE_INTEGER));
}

/** Adds the options that say who registers names. */
export function addWhoOptions(command: Command): Command {
  return command
    .optionsGroup('Who is who:')
    .option('--dhcp-account <name...>', 'the account that DHCP servers use for DNS, such as dhcp_update')
    .option('--dhcp-server <name...>', 'DHCP servers that the directory does not list');
}

/** Adds the option for what DHCP servers know. */
export function addLeasesOption(command: Command): Command {
  return command.option(
    '--leases <file...>',
    'lease lists of the DHCP servers: CSV of Get-DhcpServerv4Lease, XML of Export-DhcpServer',
  );
}

/** The zones option, which most commands need. */
export function addZoneOption(command: Command): Command {
  return command
    .optionsGroup('Which names:')
    .option('-z, --zone <zone...>', 'zones, by name or glob')
    .option('--all-zones', 'every zone that servers load');
}

/** The patterns of the zones that were asked for. @throws UsageError when none were */
export function zonePatterns(flags: ZoneFlags): readonly string[] {
  if (flags.allZones === true) return ['*'];
  if (flags.zone !== undefined && flags.zone.length > 0) return flags.zone;
  throw new UsageError(
    'No zone was named: give -z ZONE, or --all-zones; "dnsacl zones" lists them',
    '--zone',
  );
}

/** The form of the answer: what was asked for, else what the file's ending says, else a table. */
export function formatOf(flags: OutputFlags, formats: readonly Format[]): Format {
  if (flags.format !== undefined) return flags.format;
  const ending = /\.([a-z\d]+)$/i.exec(flags.out ?? '')?.[1]?.toLowerCase() ?? '';
  return formats.find((format) => format === FORMAT_BY_ENDING[ending]) ?? 'table';
}

/** A page shows every name. @throws UsageError when only the counts were asked for */
export function refuseSummaryPage(flags: OutputFlags & { readonly summary?: boolean }): void {
  if (flags.summary !== true || formatOf(flags, NAME_FORMATS) !== 'html') return;
  const message = '--summary does not go with --format html: a page has the counts and every name';
  throw new UsageError(message, '--summary');
}

/** An amount of names as typed: `10` or `1.5%`. */
export interface Amount {
  readonly kind: 'count' | 'percent';
  readonly value: number;
}

/** Parses an amount of names. */
export function amountOf(text: string): Amount {
  const match = /^(\d+)$|^(\d+(?:\.\d+)?)%$/.exec(text);
  if (match?.[1] !== undefined) return { kind: 'count', value: Number(match[1]) };
  if (match?.[2] !== undefined && Number(match[2]) <= 100)
    return { kind: 'percent', value: Number(match[2]) };
  throw new InvalidArgumentError('It needs a number, or a share such as 0.5%.');
}

/** A parser of whole numbers within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It needs a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

function partitionChoice(text: string): string {
  if (/^(?:domain|forest|legacy|custom|all)$/i.test(text) || /^[a-z]+=/i.test(text)) return text;
  throw new InvalidArgumentError('It needs domain, forest, legacy, custom, all, or a DN.');
}

function recordTypes(text: string): readonly number[] {
  return text.split(',').map((name) => {
    const code = recordTypeCode(name.trim());
    if (code === null) {
      const meant = didYouMean(name, Object.keys(DNS_RECORD_TYPES));
      throw new InvalidArgumentError(
        `${JSON.stringify(name)} is no record type${meant === '' ? '.' : meant}`,
      );
    }
    return code;
  });
}
