/** Starts the replay server and the delaying proxy as processes that end with this one. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { mustRun } from '../test/support/lab/run.ts';
import type { ReplayCounters } from './replay.ts';

/** A server to measure against. */
export interface BenchServer {
  readonly uri: string;
  readonly caFile: string;
  close(): Promise<void>;
}

/** A running replay server. */
export interface ReplayServer extends BenchServer {
  /** Without TLS. */
  readonly clearPort: number;
  readonly securePort: number;
  counters(): Promise<ReplayCounters>;
}

/** The name and the key of the certificate that both servers show. */
export interface Certificate {
  readonly keyFile: string;
  readonly file: string;
}

/** Makes a certificate for 127.0.0.1 that is its own authority. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const certificate = { keyFile: join(folder, 'replay.key'), file: join(folder, 'replay.pem') };
  await mustRun('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-keyout', certificate.keyFile, '-out', certificate.file, '-subj', '/CN=replay'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1'],
  ]);
  return certificate;
}

/** @param copies how often the names of each zone are served */
export async function startReplay(
  folder: string,
  copies: number,
  certificate: Certificate,
): Promise<ReplayServer> {
  const args = [folder, String(copies), certificate.keyFile, certificate.file];
  const { child, ready } = await start<{ ldap: number; ldaps: number }>('replay.ts', args);
  return {
    uri: `ldaps://127.0.0.1:${ready.ldaps}`,
    caFile: certificate.file,
    clearPort: ready.ldap,
    securePort: ready.ldaps,
    counters: async () => {
      child.send('counters');
      return (await once(child, 'message'))[0] as ReplayCounters;
    },
    close: () => stop(child),
  };
}

/** @param delayMs in each direction */
export async function startProxy(target: ReplayServer, delayMs: number): Promise<BenchServer> {
  const { child, ready } = await start<{ port: number }>('proxy.ts', [
    String(target.securePort),
    String(delayMs),
  ]);
  return { uri: `ldaps://127.0.0.1:${ready.port}`, caFile: target.caFile, close: () => stop(child) };
}

async function start<T>(script: string, args: readonly string[]): Promise<{ child: ChildProcess; ready: T }> {
  const child = fork(join(import.meta.dirname, script), args, { execArgv: [] });
  const [ready] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`Cannot start bench/${script}: it ended with ${code}; its words are above`);
    }),
  ]);
  return { child, ready: ready as T };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
}
