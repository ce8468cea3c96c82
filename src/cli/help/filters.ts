/** `dnsacl help filters`. */

import { VERDICTS } from '../../assess/audit.ts';
import { CASES } from '../../assess/case.ts';
import { OWNER_CLASSES } from '../../assess/owner-class.ts';
import { STALE_SIGNS } from '../../assess/stale.ts';
import { WATCH_CLASSES } from '../../assess/watch.ts';

const list = (words: readonly string[]): string => words.join(' ');

export const FILTERS_HELP: string = `Filters say which names a command is about. All that are given have to fit; of several values of one, any.

  -z, --zone ZONE...     zones by name or glob: -z corp.example.com '*.in-addr.arpa'
  --all-zones            every zone that servers load
  --partition WHICH      domain, forest, legacy, custom, all, or the DN of a partition
  --name GLOB...         relative or fully qualified: --name 'pc*' '*.sub'
  --type A,PTR           names with a record of one of these types
  --owner WHO...         a class of owners, or a principal: SID, DOMAIN\\name, user principal name, sAMAccountName, DN
                         classes: ${list(OWNER_CLASSES)}
  --verdict VERDICT...   ${list(VERDICTS)}
  --case CASE...         ${list(CASES)}
  --sign SIGN...         of stale: ${list(STALE_SIGNS)}
  --class CLASS...       of watch: ${list(WATCH_CLASSES)}
  --csv FILE             only the names in this file, see dnsacl help csv
  --limit N              at most so many names

In a glob * stands for any characters, ? for one; quote it, or the shell takes it for a file name.
`;
