/**
 * The settings of a DHCP server about DNS and lease times, from the XML of `Export-DhcpServer`.
 *
 *     DHCPServer
 *       IPv4, IPv6                             the server
 *         … settings, OptionValues …
 *         Scopes / Scope                       a scope: ScopeId or Prefix, LeaseDuration or ValidLifeTime
 *           … settings, OptionValues …
 *
 * | setting             | by name (DhcpServerv4DnsSetting)       | bit of option 81 |
 * | ------------------- | -------------------------------------- | ---------------- |
 * | updates at all      | DynamicUpdates = Never when not        | 0x01             |
 * | A and PTR always    | DynamicUpdates = Always                | 0x10             |
 * | discard with lease  | DeleteDnsRROnLeaseExpiry               | 0x04             |
 * | name protection     | NameProtection                         | 0x20             |
 * | no PTR              | DisableDnsPtrRRUpdate                  | 0x40             |
 *
 * Microsoft documents the settings and the bits (dhcpsapi.h, DNS_FLAG_…), but not where the export puts them. So both
 * forms are taken wherever they stand in the server or the scope; policies, reservations, leases and definitions of
 * options are passed over. What is not found is null: a scope then follows its server, a server is not judged.
 */

import type { Problem } from '../errors.ts';
import { decodeText, type InputFile } from '../formats/text-file.ts';
import { type DhcpXmlHandler, readDhcpXml } from './dhcp-xml.ts';

export type DynamicUpdates = 'always' | 'on-client-request' | 'never';

/** How a server or a scope keeps DNS; null where nothing is said. */
export interface DhcpDnsSettings {
  readonly dynamicUpdates: DynamicUpdates | null;
  readonly deleteOnExpiry: boolean | null;
  readonly nameProtection: boolean | null;
  readonly disablePtr: boolean | null;
}

/** A scope; its settings are those that hold for it, its server's where it has none. */
export interface DhcpScope {
  /** `10.0.0.0`, `2001:db8::` */
  readonly id: string;
  readonly settings: DhcpDnsSettings;
  /** Infinity when leases never end; null when nothing is said. */
  readonly leaseHours: number | null;
}

/** What one export tells. */
export interface DhcpExport {
  /** The file; the export does not name its server. */
  readonly name: string;
  /** Of the server for IPv4. */
  readonly settings: DhcpDnsSettings;
  readonly scopes: readonly DhcpScope[];
}

const USE = {
  format: 'an export of a DHCP server',
  expected: 'needs DHCPServer as Export-DhcpServer writes it',
};
const PASSED_OVER: ReadonlySet<string> = new Set([
  ...['policies', 'reservations', 'leases', 'optiondefinitions', 'classes', 'filters'],
]);
const DNS_OPTION = 81;
const LEASE_OPTION = 51;
/** Bits of option 81. */
const FLAG = { enabled: 0x1, cleanUp: 0x4, always: 0x10, dhcid: 0x20, noPtr: 0x40 } as const;
/** A lease of this many seconds never ends. */
const UNLIMITED_SECONDS = 0xffff_ffff;
/** What a TimeSpan without end has in days. */
const UNLIMITED_DAYS = 10_675_199;

/** Settings as they are found, of a server or a scope. */
interface Collected {
  readonly fields: Map<string, string>;
  /** The value of options 81 and 51 by number. */
  readonly options: Map<number, number>;
}

/**
 * Reads one export.
 *
 * @returns also a problem `broken-dhcp-export` where the XML breaks off: what came before it stands
 * @throws UsageError when the file is no such export
 */
export function parseDhcpExport(
  bytes: Uint8Array,
  file: InputFile,
): { readonly value: DhcpExport; readonly problems: readonly Problem[] } {
  const servers: Record<'ipv4' | 'ipv6', Collected> = { ipv4: collected(), ipv6: collected() };
  const scopes: { readonly version: 'ipv4' | 'ipv6'; readonly found: Collected }[] = [];
  const handler = collect(servers, scopes);
  const broken = readDhcpXml(decodeText(bytes, file, USE.format), file, USE, handler);
  const problems: Problem[] = [];
  if (broken !== null) {
    const message = `Cannot read on from here: the XML is not well-formed (${broken.reason}), and later scopes are missing`;
    const where = `${file.name}:${broken.line}`;
    problems.push({ severity: 'error', code: 'broken-dhcp-export', where, message });
  }
  const settings = settingsOf(servers.ipv4);
  const value = {
    name: file.name,
    settings,
    scopes: scopes.map(({ version, found }) => {
      return scopeOf(found, version === 'ipv4' ? settings : settingsOf(servers.ipv6));
    }),
  };
  return { value, problems };
}

function collected(): Collected {
  return { fields: new Map(), options: new Map() };
}

function collect(
  servers: Readonly<Record<'ipv4' | 'ipv6', Collected>>,
  scopes: { readonly version: 'ipv4' | 'ipv6'; readonly found: Collected }[],
): DhcpXmlHandler {
  let version: 'ipv4' | 'ipv6' = 'ipv4';
  let current: Collected | null = null;
  let option: number | null = null;
  /** Names of the open elements that are passed over. */
  const hidden: string[] = [];
  return {
    open: (name) => {
      if (hidden.length > 0 || PASSED_OVER.has(name)) hidden.push(name);
      else if (name === 'ipv4' || name === 'ipv6') {
        version = name;
        current = servers[name];
      } else if (name === 'scope') {
        current = collected();
        scopes.push({ version, found: current });
      } else if (name === 'optionvalue') option = null;
    },
    close: (name, text) => {
      if (hidden.length > 0) hidden.pop();
      else if (name === 'scope') current = servers[version];
      else if (name === 'optionid') option = Number(text);
      else if (name === 'value' && option !== null && current !== null)
        current.options.set(option, Number(text));
      else if (text.trim() !== '') current?.fields.set(name, text.trim());
    },
  };
}

function scopeOf(found: Collected, server: DhcpDnsSettings): DhcpScope {
  const own = settingsOf(found);
  return {
    id: found.fields.get('scopeid') ?? found.fields.get('prefix') ?? '?',
    settings: {
      dynamicUpdates: own.dynamicUpdates ?? server.dynamicUpdates,
      deleteOnExpiry: own.deleteOnExpiry ?? server.deleteOnExpiry,
      nameProtection: own.nameProtection ?? server.nameProtection,
      disablePtr: own.disablePtr ?? server.disablePtr,
    },
    leaseHours: leaseHoursOf(found),
  };
}

function settingsOf({ fields, options }: Collected): DhcpDnsSettings {
  const flags = options.get(DNS_OPTION);
  const bit = (value: number): boolean | null => (flags === undefined ? null : (flags & value) !== 0);
  return {
    dynamicUpdates: updatesOf(fields.get('dynamicupdates')) ?? updatesOfFlags(flags),
    deleteOnExpiry: booleanOf(fields.get('deletednsrronleaseexpiry')) ?? bit(FLAG.cleanUp),
    nameProtection: booleanOf(fields.get('nameprotection')) ?? bit(FLAG.dhcid),
    disablePtr: booleanOf(fields.get('disablednsptrrrupdate')) ?? bit(FLAG.noPtr),
  };
}

function updatesOf(text: string | undefined): DynamicUpdates | null {
  switch (text?.toLowerCase()) {
    case 'always':
      return 'always';
    case 'never':
      return 'never';
    case 'onclientrequest':
      return 'on-client-request';
    default:
      return null;
  }
}

function updatesOfFlags(flags: number | undefined): DynamicUpdates | null {
  if (flags === undefined || Number.isNaN(flags)) return null;
  if ((flags & FLAG.enabled) === 0) return 'never';
  return (flags & FLAG.always) === 0 ? 'on-client-request' : 'always';
}

function booleanOf(text: string | undefined): boolean | null {
  if (text === undefined || !/^(?:true|false|1|0)$/i.test(text)) return null;
  return text === '1' || text.toLowerCase() === 'true';
}

/** `8.00:00:00` as .NET writes it, `P8D` as XML does, or option 51 in seconds. */
function leaseHoursOf({ fields, options }: Collected): number | null {
  const text = fields.get('leaseduration') ?? fields.get('validlifetime') ?? '';
  const span = /^(?:(\d+)\.)?(\d{1,2}):(\d\d):(\d\d)(?:\.\d+)?$/.exec(text);
  const period = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = span ?? period ?? [];
  if (Number(days) >= UNLIMITED_DAYS) return Number.POSITIVE_INFINITY;
  if (span !== null || period !== null)
    return Number(days) * 24 + Number(hours) + Number(minutes) / 60 + Number(seconds) / 3600;
  const option = options.get(LEASE_OPTION);
  if (option === undefined || !Number.isInteger(option)) return null;
  return option < 0 || option >= UNLIMITED_SECONDS ? Number.POSITIVE_INFINITY : option / 3600;
}
