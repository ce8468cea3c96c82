/** The library: the rooms of the program without its terminal. Everything here is documented where it is defined. */

export { createJournal, type Journal, type JournalEvent, type Outcome } from './apply/journal.ts';
export { type ChangeResult, type RunOptions, type RunSummary, runPlan } from './apply/run.ts';
export type { DescriptorReader, DescriptorStore, StoredDescriptor, Target } from './apply/store.ts';
export { type AccessDecision, type AccessRequest, checkAccess, type Token } from './assess/access-check.ts';
export type { Check, CheckStatus } from './assess/check.ts';
export { ComputerIndex, type MatchedComputer } from './assess/computer-index.ts';
export { type Diagnosis, type DoctorFacts, diagnose } from './assess/doctor.ts';
export { type ExpectedUpdater, expectUpdaters } from './assess/expected-updaters.ts';
export {
  classifyOwner,
  OWNER_CLASSES,
  type OwnedName,
  type Owner,
  type OwnerClass,
  ownerSids,
} from './assess/owner-class.ts';
export {
  judgeStale,
  STALE_SIGNS,
  type StaleFrame,
  type StaleName,
  withSharedAddresses,
} from './assess/stale.ts';
export { type StaleSummary, summarizeStale } from './assess/stale-forecast.ts';
export { tokenOf, tokenOfSid } from './assess/token.ts';
export { checkUpdate } from './assess/update-right.ts';
export {
  cycleHoursOf,
  judgeWatch,
  traceOf,
  WATCH_CLASSES,
  type WatchClass,
  type WatchFrame,
  type WatchJudgement,
} from './assess/watch.ts';
export { createWatchTally, type WatchedName, type WatchSummary } from './assess/watch-tally.ts';
export type { DomainController } from './directory/forest/domain-controllers.ts';
export { createForest, type Forest, type ForestOptions } from './directory/forest/forest-source.ts';
export { createGlobalCatalog } from './directory/forest/global-catalog.ts';
export { createLdapInspection } from './directory/ldap/ldap-inspection.ts';
export {
  type Credentials,
  openSession,
  parseServer,
  type SessionOptions,
} from './directory/ldap/ldap-session.ts';
export { createLdapSource } from './directory/ldap/ldap-source.ts';
export { createLdapReader, createLdapStore } from './directory/ldap/ldap-store.ts';
export { DnsClient } from './directory/locate/dns-client.ts';
export { type PingTarget, type PingWays, pingServer } from './directory/locate/ldap-ping.ts';
export { type LocatedServer, type LocateOptions, locateServers } from './directory/locate/locate-server.ts';
export { createSnapshotSource } from './directory/snapshot/snapshot-source.ts';
export { openSnapshotStore } from './directory/snapshot/snapshot-store.ts';
export {
  type SavedSnapshot,
  type SnapshotRequest,
  writeSnapshot,
} from './directory/snapshot/snapshot-writer.ts';
export { openSnapshotZoneStore } from './directory/snapshot/snapshot-zone-store.ts';
export { DirectoryError, DnsaclError, FormatError, type Problem, StaleError, UsageError } from './errors.ts';
export { ACE_TYPES, type Ace, decodeAce, encodeAce } from './formats/ace.ts';
export { type DnsRecord, decodeDnsRecord, encodeDnsRecord, formatRdata } from './formats/dns-record.ts';
export {
  createDescriptorDecoder,
  type DescriptorDecoder,
  type NodeDescriptor,
} from './formats/node-descriptor.ts';
export { formatAce, formatSddl, parseAce, parseSddl, type SddlContext } from './formats/sddl.ts';
export {
  decodeSecurityDescriptor,
  encodeSecurityDescriptor,
  type SecurityDescriptor,
} from './formats/security-descriptor.ts';
export { decodeSid, encodeSid, parseSid, type Sid } from './formats/sid.ts';
export { type GrantPolicy, type GrantRights, planGrant } from './plan/grant.ts';
export { draftPlan, type NameOutcome, type Plan, type PlannedChange } from './plan/plan.ts';
export { formatPlan, parsePlan, sealPlan } from './plan/plan-file.ts';
export { findMode, octetsFor, type SetMode, type StoredMode } from './plan/switch.ts';
export { type Estate, type EstateOptions, readEstate } from './records/estate.ts';
export type { Inspection } from './records/inspection.ts';
export type { DnsNode } from './records/node.ts';
export { PrincipalBook } from './records/principal-book.ts';
export { type NodePage, readNodes, readZones, selectZones } from './records/read.ts';
export type { DirectoryInfo, DirectorySource, NodeDetail, RawEntry, Replica } from './records/source.ts';
export type { Zone } from './records/zone.ts';
