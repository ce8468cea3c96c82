/**
 * The whole error family. Children exist only because callers catch them; a caller's own bug is a
 * TypeError or RangeError. A bad record in the directory is not an error at all: rooms return it as a `Problem`.
 */

/** The root of everything dnsacl throws on purpose: a stable `code` for programs and a message for people. */
export class DnsaclError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Bytes or text that are not what their format demands. `offset` is in bytes (binary) or UTF-16 units (text). */
export class FormatError extends DnsaclError {
  readonly format: string;
  readonly path: string;
  readonly offset: number | null;

  constructor(
    format: string,
    message: string,
    where: { path?: string; offset?: number } = {},
    options?: ErrorOptions,
  ) {
    super('bad-format', message, options);
    this.format = format;
    this.path = where.path ?? '';
    this.offset = where.offset ?? null;
  }
}

/** What went wrong between us and the directory; decides the exit code. */
export type DirectoryFault =
  | 'unreachable'
  | 'tls'
  | 'credentials'
  | 'rights'
  | 'not-found'
  | 'busy'
  | 'server';

/** The directory (or a snapshot standing in for it) refused, failed or could not be reached. */
export class DirectoryError extends DnsaclError {
  readonly fault: DirectoryFault;
  readonly operation: string;
  readonly dn: string | null;
  /** The LDAP result code, RFC 4511 appendix A; null when no answer arrived. */
  readonly resultCode: number | null;

  constructor(
    fault: DirectoryFault,
    message: string,
    context: { operation: string; dn?: string; resultCode?: number },
    options?: ErrorOptions,
  ) {
    super(`directory-${fault}`, message, options);
    this.fault = fault;
    this.operation = context.operation;
    this.dn = context.dn ?? null;
    this.resultCode = context.resultCode ?? null;
  }
}

const FAULTS_OF_THE_CONNECTION: readonly DirectoryFault[] = ['unreachable', 'tls', 'credentials'];

/** Whether this is about one thing in the directory; after any other failure nothing more can be asked of it. */
export function isPartialFault(error: unknown): error is DirectoryError {
  return error instanceof DirectoryError && !FAULTS_OF_THE_CONNECTION.includes(error.fault);
}

/** A file or object is not the one that was reviewed: a plan whose checksum differs, a name that moved since. */
export class StaleError extends DnsaclError {
  readonly dn: string | null;
  readonly plannedHash: string;
  readonly foundHash: string;

  constructor(message: string, context: { dn?: string; plannedHash: string; foundHash: string }) {
    super('stale', message);
    this.dn = context.dn ?? null;
    this.plannedHash = context.plannedHash;
    this.foundHash = context.foundHash;
  }
}

/** A guard refused: the message names the count, the limit and the flag that passes it. */
export class SafetyError extends DnsaclError {
  constructor(message: string) {
    super('refused', message);
  }
}

/** What the user typed or handed in cannot be used. `flag` names the option, argument or file at fault. */
export class UsageError extends DnsaclError {
  readonly flag: string | null;

  constructor(message: string, flag?: string, options?: ErrorOptions) {
    super('usage', message, options);
    this.flag = flag ?? null;
  }
}

/** Something that went wrong with one thing while the work went on. */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'note';
  /** Stable, kebab-case, for programs. */
  readonly code: string;
  /** What it happened to: a DN, a file with its line, a zone. */
  readonly where: string;
  readonly message: string;
}
