/** The live filling of the inspection port: the rootDSE, constructed attributes and "Who am I?". */

import { DirectoryError } from '../../errors.ts';
import type { Dn } from '../../formats/dn.ts';
import { parseGeneralizedTime } from '../../formats/filetime.ts';
import { decodeSid } from '../../formats/sid.ts';
import type {
  ConnectionFacts,
  EffectiveRights,
  Identity,
  Inspection,
  ServerFacts,
} from '../../records/inspection.ts';
import type { RawEntry } from '../../records/source.ts';
import { SD_FLAGS_READABLE, SdFlagsControl } from './controls.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { textOf } from './naming-contexts.ts';
import { WHO_AM_I_OID } from './read-only.ts';
import type { SearchOptions } from './search-request.ts';

const ANYTHING = '(objectClass=*)';
const SERVER_ATTRIBUTES: readonly string[] = [
  'vendorName',
  'forestFunctionality',
  'domainFunctionality',
  'domainControllerFunctionality',
];
const RIGHTS_ATTRIBUTES: readonly string[] = [
  'nTSecurityDescriptor',
  'sDRightsEffective',
  'allowedAttributesEffective',
];
const NO_SUCH_OBJECT = 32;

/** @param how what the connection itself does not know: by what it was signed in, and whether the server was verified */
export function createLdapInspection(
  connection: LdapConnection,
  how: Pick<ConnectionFacts, 'signIn' | 'verified'>,
): Inspection {
  return {
    connection: { ...how, protection: connection.protection },
    readIdentity: () => readIdentity(connection),
    readServer: (now) => readServer(connection, now),
    readRights: (dn) => readRights(connection, dn),
  };
}

async function readIdentity(connection: LdapConnection): Promise<Identity> {
  const root = await readRoot(connection, ['msDS-PrincipalName', 'tokenGroups']);
  return {
    name: (await askWhoAmI(connection)) ?? textOf(root, 'msds-principalname'),
    tokenSids: (root.attributes.get('tokengroups') ?? []).map((value) => decodeSid(value)),
  };
}

/** `u:CORP\anna` without the `u:`; null on a server that does not know the question. RFC 4532, RFC 4513 5.2.1.8 */
async function askWhoAmI(connection: LdapConnection): Promise<string | null> {
  let answer = '';
  try {
    await connection.request({ operation: 'ask who is signed in' }, async (client) => {
      answer = String((await client.exop(WHO_AM_I_OID)).value ?? '');
    });
  } catch (error) {
    if (!(error instanceof DirectoryError) || error.resultCode === null) throw error;
  }
  const name = answer.replace(/^(?:u|dn):/i, '');
  return name === '' ? null : name;
}

async function readServer(connection: LdapConnection, now: () => Date): Promise<ServerFacts> {
  const root = await readRoot(connection, SERVER_ATTRIBUTES);
  const sent = now().getTime();
  const time = textOf(await readRoot(connection, ['currentTime']), 'currenttime');
  const halfway = (sent + now().getTime()) / 2;
  return {
    vendor: textOf(root, 'vendorname'),
    levels: {
      forest: numberOf(root, 'forestfunctionality'),
      domain: numberOf(root, 'domainfunctionality'),
      controller: numberOf(root, 'domaincontrollerfunctionality'),
    },
    clockAheadMs: time === null ? null : parseGeneralizedTime(time).getTime() - halfway,
  };
}

async function readRights(connection: LdapConnection, dn: Dn): Promise<EffectiveRights | null> {
  try {
    const [entry] = await collect(connection, {
      base: dn,
      scope: 'base',
      filter: ANYTHING,
      attributes: RIGHTS_ATTRIBUTES,
      controls: [new SdFlagsControl(SD_FLAGS_READABLE)],
    });
    return entry === undefined ? null : rightsOf(entry);
  } catch (error) {
    if (error instanceof DirectoryError && error.resultCode === NO_SUCH_OBJECT) return null;
    throw error;
  }
}

function rightsOf(entry: RawEntry): EffectiveRights {
  const allowed = entry.attributes.get('allowedattributeseffective');
  const descriptorWrites = numberOf(entry, 'sdrightseffective');
  return {
    descriptorRead: entry.attributes.has('ntsecuritydescriptor'),
    descriptorWrites,
    // A server that computes one of the two computes both; none is then the answer, and no missing one.
    attributeWrites:
      allowed === undefined && descriptorWrites === null
        ? null
        : new Set((allowed ?? []).map((value) => Buffer.from(value).toString('latin1').toLowerCase())),
  };
}

async function readRoot(connection: LdapConnection, attributes: readonly string[]): Promise<RawEntry> {
  const [root] = await collect(connection, { base: '', scope: 'base', filter: ANYTHING, attributes });
  return root ?? { dn: '' as Dn, attributes: new Map() };
}

async function collect(connection: LdapConnection, search: SearchOptions): Promise<readonly RawEntry[]> {
  const entries: RawEntry[] = [];
  for await (const page of connection.search(search)) entries.push(...page);
  return entries;
}

function numberOf(entry: RawEntry, attribute: string): number | null {
  const text = textOf(entry, attribute);
  return text === null || !/^-?\d+$/.test(text) ? null : Number(text);
}
