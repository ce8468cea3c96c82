/** Where an account lies, as people write it. */

import { type Dn, dnsNameOfDn, parentDn, rdnOf } from '../formats/dn.ts';

/** The folder of an account: `corp.example.com/Servers/SQL`. */
export function folderOfAccount(accountDn: Dn): string {
  const names: string[] = [];
  let dn = parentDn(accountDn);
  while (dn !== null && rdnOf(dn).type.toLowerCase() !== 'dc') {
    names.unshift(rdnOf(dn).value);
    dn = parentDn(dn);
  }
  return [dn === null ? '' : dnsNameOfDn(dn), ...names].filter((part) => part !== '').join('/');
}
