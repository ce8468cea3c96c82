/**
 * Commands that are suggested to a person: what has to be repeated of the options that were typed, so that the command
 * works when it is pasted. Each text begins with a space, or is empty.
 */

import { shellWord } from '../report/plan-summary.ts';
import type { WhereFlags, WhoFlags } from './options.ts';

/** What a file that does not exist yet is called until somebody names it. */
const NEW_FILE = 'NEWFILE';

type OptionValue = string | readonly string[] | boolean | undefined;

/** Where to read and as whom. Where the password comes from is not repeated: the command asks for it. */
export function whereOptions(flags: WhereFlags): string {
  return optionsText([
    ['--snapshot', flags.snapshot],
    ['--server', flags.server],
    ['--domain', flags.domain],
    ['--config', flags.config],
    ['--partition', flags.partition === 'all' ? undefined : flags.partition],
    ['--forest', flags.forest],
    ['--auth', flags.auth],
    ['--user', flags.user],
    ['--tls', flags.tls],
    ['--ca', flags.ca],
    ['--client-cert', flags.clientCert],
    ['--client-key', flags.clientKey],
    ['--tls-insecure', flags.tlsInsecure],
  ]);
}

/**
 * Where to write: a snapshot is never changed in place, so a new file has to be named.
 *
 * @param copy the changed copy that takes the place of the snapshot; undefined when there is none yet
 */
export function writeOptions(flags: WhereFlags, copy?: string): string {
  const snapshot = copy ?? flags.snapshot;
  if (snapshot === undefined) return whereOptions(flags);
  return `${whereOptions({ ...flags, snapshot })} --write-snapshot ${NEW_FILE}`;
}

/** Who registers names. */
export function whoOptions({ dhcpAccount, dhcpServer, leases }: WhoFlags): string {
  return optionsText([
    ['--dhcp-account', dhcpAccount],
    ['--dhcp-server', dhcpServer],
    ['--leases', leases],
  ]);
}

function optionsText(options: readonly (readonly [option: string, value: OptionValue])[]): string {
  return options
    .flatMap(([option, value]) => {
      if (value === undefined || value === false) return [];
      const words = value === true ? [] : typeof value === 'string' ? [value] : value;
      return [option, ...words.map(wordOf)];
    })
    .map((word) => ` ${word}`)
    .join('');
}

/** As shellWord(); the backslash of DOMAIN\name must be quoted, that of a path need not be on Windows. */
function wordOf(text: string): string {
  return /^[^\\/]+\\[^\\/]+$/.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : shellWord(text);
}
