/** Names that no plan touches unless it is told to: those whose loss hurts everybody, and those that the user names. */

import type { Command } from 'commander';
import type { AuditedName } from '../../assess/audit.ts';
import { protectedReason } from '../../assess/infrastructure.ts';
import { skip } from '../../plan/change.ts';
import type { NameOutcome } from '../../plan/plan.ts';
import { globMatcher } from '../../records/glob.ts';

/** What is protected, as typed. */
export interface ProtectionFlags {
  readonly protect?: readonly string[];
  readonly includeProtected?: boolean;
}

/** What is protected. */
export interface Protection {
  /** Also names that domain controllers register, wildcards, wpad, isatap, and those that `protect` names. */
  readonly includeProtected: boolean;
  /** Globs of names that are not changed unless `includeProtected`. */
  readonly protect: readonly string[];
}

export function addProtectionOptions(command: Command): Command {
  return command
    .option('--protect <glob...>', 'leave these names alone')
    .option(
      '--include-protected',
      'also protected names: the apex, those of domain controllers, wildcards, wpad, isatap',
    );
}

/** @param configured globs from the configuration file */
export function protectionOf(flags: ProtectionFlags, configured: readonly string[]): Protection {
  return {
    includeProtected: flags.includeProtected === true,
    protect: [...(flags.protect ?? []), ...configured],
  };
}

/** Why no plan touches a name that is not forced to, or null. */
export function whyGuarded(
  name: AuditedName,
  { includeProtected: force, protect }: Protection,
): NameOutcome | null {
  if (name.label !== null) return skip(name, 'conflict-object', name.reason);
  if (name.unreadable !== null) return skip(name, 'unreadable', name.unreadable);
  if (name.verdict === 'infrastructure' && !force) {
    return skip(name, 'infrastructure', `${name.reason}; --include-protected plans it`);
  }
  const guarded = protectedReason(name);
  if (guarded !== null && !force) return skip(name, 'protected', `${guarded}; --include-protected plans it`);
  if (!force && protect.some((pattern) => matchesName(pattern, name))) {
    return skip(
      name,
      'protected',
      'it is protected by --protect or the configuration; --include-protected plans it',
    );
  }
  return null;
}

function matchesName(pattern: string, name: AuditedName): boolean {
  const matches = globMatcher(pattern);
  return matches(name.name) || matches(name.fqdn);
}
