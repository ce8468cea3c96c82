/**
 * Entries of a snapshot under pseudonyms. Each attribute is named here with what its values are; one that is not named
 * is left out, so that nothing slips through that nobody thought of.
 */

import { childDn, type Dn, parentDn, rdnOf } from '../../formats/dn.ts';
import { decodeGuid, encodeGuid, type Guid } from '../../formats/guid.ts';
import { decodeSid, encodeSid, isSidText, parseSid } from '../../formats/sid.ts';
import type { RawEntry } from '../../records/source.ts';
import {
  anonymizeDescriptor,
  anonymizeMetadata,
  anonymizeProperty,
  anonymizeRecord,
} from './anonymize-values.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { isZoneContainer } from './snapshot-file.ts';

/** Gives entries and DNs their pseudonyms. */
export interface Anonymizer {
  entry(entry: RawEntry): RawEntry;
  dn(dn: Dn): Dn;
  readonly names: Pseudonyms;
}

/** One value; null leaves it out. */
type Change = (value: Uint8Array, names: Pseudonyms, dn: (dn: Dn) => Dn) => Uint8Array | null;

/** Containers that every directory has. */
const KEPT_RDNS: ReadonlySet<string> = new Set([
  ...['microsoftdns', 'system', 'users', 'computers', 'builtin', 'configuration', 'partitions', 'schema'],
  ...[
    'sites',
    'servers',
    'services',
    'netservices',
    'ntds settings',
    'deleted objects',
    'domain controllers',
  ],
  ...['foreignsecurityprincipals', 'managed service accounts', 'dhcproot'],
]);
/** What a deleted or unfinished zone begins with; what stands in between tells of servers. */
const ODD_ZONE = /^(\.\.(?:InProgress|Deleted))[^-]*-(?:.*-)?(.*)$/i;

/** What lies beside the zones and is none. */
const PSEUDO_ZONE = /^(?:RootDNSServers|\.\.TrustAnchors|\.\.Cache|\.\.RootHints)$/i;

const asIs: Change = (value) => value;
const text =
  (change: (text: string, names: Pseudonyms, dn: (dn: Dn) => Dn) => string): Change =>
  (value, names, dn) =>
    Buffer.from(change(Buffer.from(value).toString('utf8'), names, dn));

const CHANGES: ReadonlyMap<string, Change> = new Map([
  ...all(asIs, [
    ...['objectclass', 'whencreated', 'whenchanged', 'usnchanged', 'systemflags', 'enabled', 'isdeleted'],
    ...['useraccountcontrol', 'primarygroupid', 'grouptype', 'accountexpires', 'lockouttime', 'logonhours'],
    ...['msds-user-account-control-computed', 'pwdlastset', 'lastlogontimestamp', 'operatingsystem'],
    ...['msds-behavior-version', 'maxpwdage', 'lockoutthreshold', 'lockoutduration', 'options', 'dhcptype'],
    ...['trustdirection', 'trusttype', 'trustattributes', 'currenttime', 'vendorname', 'highestcommittedusn'],
    ...['domainfunctionality', 'forestfunctionality', 'domaincontrollerfunctionality', 'dnstombstoned'],
  ]),
  ...all(
    text((value, _, dn) => dn(value as Dn)),
    [
      ...[
        'memberof',
        'member',
        'ncname',
        'lastknownparent',
        'serverreference',
        'dsservicename',
        'servername',
      ],
      ...['defaultnamingcontext', 'rootdomainnamingcontext', 'configurationnamingcontext', 'namingcontexts'],
      ...['schemanamingcontext', 'msds-nc-replica-locations', 'msds-nc-ro-replica-locations', 'hasmasterncs'],
      ...['msds-hasmasterncs', 'msds-hasfullreplicancs', 'msds-hasdomainncs'],
    ],
  ),
  ...all(
    text((value, names) => names.dnsName(value)),
    ['dnshostname', 'msds-additionaldnshostname', 'dnsroot', 'trustpartner'],
  ),
  ...all(
    text((value, names) => names.label(value)),
    ['netbiosname', 'flatname'],
  ),
  ['samaccountname', text(accountName)],
  ['userprincipalname', text((value, names) => value.split('@').map(names.dnsName).join('@'))],
  ['serviceprincipalname', text(servicePrincipalName)],
  ['userworkstations', text((value, names) => value.split(',').map(names.label).join(','))],
  ['dhcpservers', text(dhcpServer)],
  ...all(
    (value, names) => encodeSid(names.sid(decodeSid(value))),
    [...['objectsid', 'sidhistory', 'ms-ds-creatorsid', 'securityidentifier']],
  ),
  ...all((value, names) => encodeGuid(names.guid(decodeGuid(value))), ['objectguid', 'invocationid']),
  ['dnsrecord', anonymizeRecord],
  ['dnsproperty', anonymizeProperty],
  ['ntsecuritydescriptor', anonymizeDescriptor],
  ['replpropertymetadata', anonymizeMetadata],
]);

function all(change: Change, attributes: readonly string[]): readonly (readonly [string, Change])[] {
  return attributes.map((attribute) => [attribute, change] as const);
}

/** What it gives depends on nothing but the pseudonyms. */
export function createAnonymizer(names: Pseudonyms): Anonymizer {
  const known = new Map<string, Dn>();

  function dn(value: Dn): Dn {
    if (value === '') return value;
    const parent = parentDn(value);
    if (parent === null) return childDn(rdnOf(value).type, rdnValue(value, names), '' as Dn);
    // Of the objects above the others there are few.
    let above = known.get(parent);
    if (above === undefined) {
      above = dn(parent);
      known.set(parent, above);
    }
    return childDn(rdnOf(value).type, rdnValue(value, names), above);
  }

  function entry({ dn: original, attributes }: RawEntry): RawEntry {
    const changed = new Map<string, readonly Uint8Array[]>();
    for (const [name, values] of attributes) {
      const change = CHANGES.get(name);
      if (change === undefined) continue;
      changed.set(
        name,
        values.map((value) => change(value, names, dn)).filter((value) => value !== null),
      );
    }
    return { dn: dn(original), attributes: changed };
  }

  return { entry, dn, names };
}

function rdnValue(dn: Dn, names: Pseudonyms): string {
  const { type, value } = rdnOf(dn);
  // `name LF CNF:guid` of a replication conflict, `name LF DEL:guid` of a deleted object.
  const [, name = value, mark, guid] = /^([^\n]*)\n(CNF|DEL):(.*)$/s.exec(value) ?? [];
  const changed = plainRdnValue(type, name, parentDn(dn), names);
  return mark === undefined
    ? changed
    : `${changed}\n${mark}:${names.guid((guid ?? '').toLowerCase() as Guid)}`;
}

function plainRdnValue(type: string, value: string, parent: Dn | null, names: Pseudonyms): string {
  if (KEPT_RDNS.has(value.toLowerCase())) return value;
  if (isSidText(value)) return names.sid(parseSid(value));
  if (type.toLowerCase() !== 'dc' || parent === null)
    return value.includes('.') ? names.dnsName(value) : names.label(value);
  if (isZoneContainer(parent)) return zoneName(value, names);
  const container = parentDn(parent);
  const isNode = container !== null && isZoneContainer(container);
  return isNode ? nodeName(value, rdnOf(parent).value, names) : names.label(value);
}

function zoneName(value: string, names: Pseudonyms): string {
  if (PSEUDO_ZONE.test(value)) return value;
  const [, mark, rest] = ODD_ZONE.exec(value) ?? [];
  return mark === undefined || rest === undefined ? names.dnsName(value) : `${mark}-${names.dnsName(rest)}`;
}

/** Within its zone, because the digits of a reverse name mean what they mean by those above them. */
function nodeName(value: string, zone: string, names: Pseudonyms): string {
  const suffix = `.${names.dnsName(zone)}`;
  const whole = names.dnsName(`${value}.${zone}`);
  return whole.endsWith(suffix) ? whole.slice(0, -suffix.length) : names.label(value);
}

/** Without the `$` of a computer, so that it stays the first label of its host name. */
function accountName(value: string, names: Pseudonyms): string {
  return value.endsWith('$') ? `${names.label(value.slice(0, -1))}$` : names.label(value);
}

/** `class/host[:port][/name]`: the class stays. */
function servicePrincipalName(value: string, names: Pseudonyms): string {
  const [serviceClass = '', ...parts] = value.split('/');
  const changed = parts.map((part) => {
    const [, host = part, port = ''] = /^(.*?)(:[^:]*)?$/.exec(part) ?? [];
    return (
      names.dnsName(host) + (/^:\d+$/.test(port) ? port : port === '' ? '' : `:${names.label(port.slice(1))}`)
    );
  });
  return [serviceClass, ...changed].join('/');
}

/** Fields that end in `$`, `i` an address and `s` a name; the others are left out. [MS-DHCPE] 7.3 */
function dhcpServer(value: string, names: Pseudonyms): string {
  const fields = value.split('$').flatMap((field) => {
    const rest = field.slice(1);
    if (field.startsWith('i')) return [`i${/^[\d.]+$/.test(rest) ? names.ipv4(rest) : '0.0.0.0'}`];
    return field.startsWith('s') ? [`s${names.dnsName(rest)}`] : [];
  });
  return `${fields.join('$')}$`;
}
