/** `secure --revert`: which record of a switch says what to put back. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readSwitchRecord, type SwitchRecord } from '../../apply/switch-record.ts';
import type { ZoneSwitch } from '../../apply/switch-zone.ts';
import { DnsaclError, StaleError, UsageError } from '../../errors.ts';
import { type Dn, dnKey } from '../../formats/dn.ts';
import type { Sid } from '../../formats/sid.ts';
import { findMode, type SetMode } from '../../plan/switch.ts';
import type { SwitchSubject } from './switch-subject.ts';

/** What puts the old octets back. */
export interface Revert {
  readonly file: string;
  readonly change: ZoneSwitch;
  /** What the zone goes back to. */
  readonly mode: SetMode;
}

const RECORD_FILE = /\.switch\.ndjson$/;

/**
 * The record in a file, or the one in a folder that the zone's present value came from.
 *
 * @param file null to look for it in `folder`
 * @throws UsageError when it cannot be told which switch is meant
 * @throws StaleError when the record is of another zone or domain, or the zone was changed since
 */
export async function findRevert(
  file: string | null,
  folder: string,
  subject: SwitchSubject,
  domainSid: Sid | null,
): Promise<Revert> {
  const record = file === null ? await searchFolder(folder, subject) : await readSwitchRecord(file);
  demandSameZone(record, subject, domainSid);
  const { zone, target, octets, mode: now } = subject;
  const [before, after] = [bytesOf(record.intent.after), bytesOf(record.intent.before)];
  const old = findMode([after]);
  if (old.kind === 'unclear')
    throw new UsageError(`Cannot go back with ${record.file}: in it, ${old.reason}`, '--revert');
  const isThere = (value: Uint8Array): boolean => Buffer.compare(octets, value) === 0;
  if (!isThere(before) && !isThere(after)) {
    const message = `Somebody else changed ${zone.name} after the switch in ${record.file}: it is ${now} now; to set it nevertheless, use --mode`;
    throw new StaleError(message, { dn: zone.dn, plannedHash: hexOf(before), foundHash: hexOf(octets) });
  }
  return { file: record.file, change: { ...target, zone: zone.name, before, after }, mode: old.mode };
}

/** The newest record in the folder that led to what the zone holds; they must agree on what was before. */
async function searchFolder(folder: string, { target, zone, octets }: SwitchSubject): Promise<SwitchRecord> {
  const found: SwitchRecord[] = [];
  for (const name of (await readdir(folder)).filter((item) => RECORD_FILE.test(item)).sort()) {
    const record = await readIfRecord(join(folder, name));
    if (record === null || !isOf(record, target.objectGuid, zone.dn)) continue;
    if (Buffer.compare(bytesOf(record.intent.after), octets) === 0) found.push(record);
  }
  const newest = found.at(-1);
  if (newest === undefined) {
    const message = `No record in ${folder} tells of a switch that led to what ${zone.name} holds now; name one with --revert FILE`;
    throw new UsageError(message, '--revert');
  }
  if (new Set(found.map(({ intent }) => intent.before)).size > 1) {
    const files = found.map((record) => record.file).join(', ');
    throw new UsageError(`Several switches led here, from different values: ${files}; name one`, '--revert');
  }
  return newest;
}

/** A damaged file in the folder is not the one; named on the command line, its error is told. */
async function readIfRecord(file: string): Promise<SwitchRecord | null> {
  try {
    return await readSwitchRecord(file);
  } catch (error) {
    if (error instanceof DnsaclError) return null;
    throw error;
  }
}

function demandSameZone(record: SwitchRecord, { target, zone }: SwitchSubject, domainSid: Sid | null): void {
  const { intent, file } = record;
  const sameDomain = intent.domainSid === null || domainSid === null || intent.domainSid === domainSid;
  if (sameDomain && isOf(record, target.objectGuid, zone.dn)) return;
  const message = `${file} is the record of another zone: ${intent.dn}, ${intent.objectGuid ?? 'without a GUID'}; ${zone.name} is ${zone.dn}, ${target.objectGuid ?? 'without a GUID'}`;
  throw new StaleError(message, { dn: zone.dn, plannedHash: intent.dn, foundHash: zone.dn });
}

/** The GUID decides, so that a zone that was made anew under the same name is another one. */
function isOf({ intent }: SwitchRecord, objectGuid: string | null, dn: Dn): boolean {
  if (intent.objectGuid !== null && objectGuid !== null) return intent.objectGuid === objectGuid;
  return dnKey(intent.dn as Dn) === dnKey(dn);
}

function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
