/** What the program sees of the world around it. Tests hand in their own; process-io.ts is the real one. */

/** Streams, terminal facts, clock and environment. */
export interface Io {
  /** Writes to stdout, the answer, as text or as UTF-8; resolves when it is written and its bytes may change. */
  out(content: string | Uint8Array): Promise<void>;
  /** Writes to stderr, the talk. */
  err(text: string): void;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  readonly stdinIsTerminal: boolean;
  /** Columns of the terminal; null when stdout is not one, and then nothing is cut. */
  readonly width: number | null;
  /** Lines of the terminal; null when stdout is not one. */
  readonly height: number | null;
  /** The folder the program was started in. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** Is told of every page of names how many there were before it: memory may be shared out accordingly. */
  onNames(namesBefore: number): void;
  /** From 0 to below 1. */
  random(): number;
  /** The DNS servers of this machine: IP addresses, with or without a port. */
  dnsServers(): readonly string[];
  /** FQDN of the domain that this machine belongs to, or null when nothing tells. */
  machineDomain(): Promise<string | null>;
  /** Resolves after so long, or as soon as `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls `listener` at the first Ctrl-C instead of ending the program; a second one ends it at once.
   *
   * @returns how to stop listening
   */
  onInterrupt(listener: () => void): () => void;
  readStdin(): Promise<string>;
  /** Asks on the terminal; `hidden` shows nothing of what is typed. */
  ask(question: string, options: { readonly hidden: boolean }): Promise<string>;
}
