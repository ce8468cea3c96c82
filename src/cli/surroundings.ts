/** Gathers what readiness judges besides the names: DHCP once for all zones, then the trustees of each. */

import { type Trustees, zoneTrustees } from '../assess/readiness-access.ts';
import type { CredentialFacts, DhcpFacts } from '../assess/readiness-dhcp.ts';
import type { SurroundingsFacts } from '../assess/surroundings.ts';
import { FormatError } from '../errors.ts';
import { createDescriptorDecoder, type NodeDescriptor } from '../formats/node-descriptor.ts';
import type { Sid } from '../formats/sid.ts';
import { isDomainController, type Principal } from '../records/account.ts';
import { accountFaults, isHealthTold, passwordExpiry } from '../records/account-health.ts';
import type { Zone } from '../records/zone.ts';
import type { Reading } from './reading.ts';
import type { SurroundingsInput } from './surroundings-input.ts';

/** What is the same for every zone of a run. */
export interface Surroundings {
  readonly input: SurroundingsInput;
  readonly dhcp: DhcpFacts;
  readonly now: Date;
}

/** Reads who is who around DHCP; the accounts named are asked for, everything else is at hand. */
export async function gatherSurroundings(
  reading: Reading,
  input: SurroundingsInput,
  now: Date,
): Promise<Surroundings> {
  const { estate, info, book } = reading;
  await book.resolve(estate.proxySids);
  const isDc = (sid: Sid | null): boolean => {
    const account = sid === null ? null : book.account(sid);
    return account !== null && isDomainController(account);
  };
  const credentials: CredentialFacts[] = [];
  for (const principal of estate.dhcpAccounts)
    credentials.push(await readCredential(principal, reading, now));
  const dhcp: DhcpFacts = {
    // What this program saves is whole; another export may have left the servers out.
    told: info.live || info.namesOf !== null || estate.dhcpServers.length > 0,
    servers: estate.dhcpServers.map((server) => ({
      ...server,
      isDomainController: isDc(server.account?.sid ?? null),
      isProxy: server.account !== null && estate.proxySids.has(server.account.sid),
    })),
    credentials,
    proxies: [...estate.proxySids].map((sid) => ({
      name: nameOf(reading, sid),
      kind: book.principal(sid).kind,
      isDomainController: isDc(sid),
      isDhcpServer: estate.dhcpServerSids.has(sid),
    })),
  };
  return { input, dhcp, now };
}

async function readCredential(
  { sid, name }: Principal,
  { source, book, estate }: Reading,
  now: Date,
): Promise<CredentialFacts> {
  const account = book.account(sid);
  const entry = account === null || account.deleted ? null : await source.account(account.dn);
  if (account === null || entry === null) {
    const gone = { severity: 'stops', message: 'there is no such account in the directory' } as const;
    return { name: name ?? sid, faults: [gone], told: true, passwordExpires: null };
  }
  return {
    name: account.name,
    faults: accountFaults(account, entry, estate.proxySids, now),
    told: isHealthTold(entry),
    passwordExpires: passwordExpiry(account, entry),
  };
}

/** Everything about one zone but its names. */
export async function factsOf(
  zone: Zone,
  reading: Reading,
  { input, dhcp }: Surroundings,
): Promise<Omit<SurroundingsFacts, 'names'>> {
  const descriptor = decodeDescriptor(zone.descriptor);
  if (descriptor !== null) await reading.book.resolve(zoneTrustees(descriptor));
  const trustees: Trustees = {
    isAdmin: (sid) => reading.estate.adminSids.has(sid),
    nameOf: (sid) => nameOf(reading, sid),
  };
  const { lease, exports } = input;
  return { zone, zones: reading.allZones, descriptor, trustees, dhcp, lease, exports };
}

function decodeDescriptor(bytes: Uint8Array | null): NodeDescriptor | null {
  try {
    return bytes === null ? null : createDescriptorDecoder().decode(bytes);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

function nameOf({ book }: Reading, sid: Sid): string {
  return book.principal(sid).name ?? sid;
}
