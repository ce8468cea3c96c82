/**
 * How V8 is to treat the heap while the names of a zone stream by. Names live for a moment and accounts for the whole
 * run, but V8 learns from the accounts, which come first: it lets the young generation grow to three times 32 MB, and
 * makes names in the old one from the start. For an audit of 100,000 names that is 300 MB instead of 200, and no faster.
 */

import { setFlagsFromString } from 'node:v8';

/** Lines of Node.js on which the flags were tried: V8 complains on stderr about one that it does not know. */
const TRIED_ON: readonly string[] = ['22', '24'];

/** From here on objects die young. To be called when what lives long is there. @param node version, as `24.21.0` */
export function expectShortLived(node: string): void {
  const [line = ''] = node.split('.');
  if (!TRIED_ON.includes(line)) return;
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString('--semi-space-growth-factor=1');
}
