/** From what a person writes (a SID, `DOMAIN\name`, UPN, sAMAccountName, DN or host name) to exactly one principal. */

import { UsageError } from '../errors.ts';
import { dnsNameOfDn } from '../formats/dn.ts';
import { nearNames } from '../formats/near-names.ts';
import { isSidText, parseSid } from '../formats/sid.ts';
import { type Account, type Principal, principalOf } from './account.ts';
import type { PrincipalBook } from './principal-book.ts';
import type { DirectoryInfo, DirectorySource, DomainInfo } from './source.ts';

/**
 * Finds the one principal that `reference` names.
 *
 * @param flag the option it came from, for the message
 * @param words what may stand there besides principals, for suggestions
 * @returns the principal; one given as a SID need not exist
 * @throws UsageError when none or several match, saying what was searched
 */
export async function findPrincipal(
  source: DirectorySource,
  info: DirectoryInfo,
  book: PrincipalBook,
  reference: string,
  flag: string,
  words: readonly string[] = [],
): Promise<Principal> {
  if (isSidText(reference)) {
    const sid = parseSid(reference);
    await book.resolve([sid]);
    return book.principal(sid);
  }
  const { name, domain } = splitReference(reference, info, flag);
  const accounts = book
    .learn(await source.byName(name))
    .filter((item) => !item.deleted && (domain === null || liesIn(item, domain)));
  const [only] = accounts;
  if (only === undefined) {
    const near = [...nearNames(name, words), ...(await suggest(source, book, name))];
    throw notFound(reference, near, info, flag);
  }
  if (accounts.length > 1) throw ambiguous(reference, accounts, flag);
  return principalOf(only);
}

/** What suggestions must begin with. */
const PREFIX_LENGTH = 2;

/** Takes the domain off `DOMAIN\name`; every other form of reference is left whole. */
function splitReference(
  reference: string,
  info: DirectoryInfo,
  flag: string,
): { readonly name: string; readonly domain: DomainInfo | null } {
  const at = reference.indexOf('\\');
  if (at < 0 || /^[a-z]+=/i.test(reference)) return { name: reference, domain: null };
  const wanted = reference.slice(0, at).toLowerCase();
  const domain = info.domains.find((item) =>
    [item.netbiosName, item.dnsName].some((name) => name?.toLowerCase() === wanted),
  );
  if (domain !== undefined) return { name: reference.slice(at + 1), domain };
  const known = info.domains.flatMap((item) => [item.netbiosName, item.dnsName]);
  const listed = known.filter((name) => name !== null && name !== '').join(', ');
  throw new UsageError(
    `Cannot find ${reference}: ${reference.slice(0, at)} is not a known domain (known: ${listed})`,
    flag,
  );
}

/** By DN, because a source knows the SID of its own domain only. */
function liesIn(account: Account, domain: DomainInfo): boolean {
  return dnsNameOfDn(account.dn).toLowerCase() === dnsNameOfDn(domain.dn).toLowerCase();
}

/** Accounts that may have been meant: those that begin alike and differ little. */
async function suggest(
  source: DirectorySource,
  book: PrincipalBook,
  name: string,
): Promise<readonly string[]> {
  const label = name.split('@', 1)[0] ?? name;
  if (label.length < PREFIX_LENGTH) return [];
  const alike = book.learn(await source.byPrefix(label.slice(0, PREFIX_LENGTH)));
  const bySam = new Map(alike.map((account) => [account.samAccountName.replace(/\$$/, ''), account.name]));
  return nearNames(label.replace(/\$$/, ''), bySam.keys()).map((sam) => bySam.get(sam) ?? sam);
}

function notFound(reference: string, near: readonly string[], info: DirectoryInfo, flag: string): UsageError {
  const where = info.domain?.dnsName ?? info.server;
  const how = 'by sAMAccountName (with and without $), user principal name, DNS host name and DN';
  const meant = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return new UsageError(
    `Cannot find ${JSON.stringify(reference)} in ${where}: searched ${how}${meant}`,
    flag,
  );
}

function ambiguous(reference: string, accounts: readonly Account[], flag: string): UsageError {
  const listed = accounts.map((account) => `${account.name} (${account.sid})`).join(', ');
  return new UsageError(`${JSON.stringify(reference)} names several accounts: ${listed}; give the SID`, flag);
}
