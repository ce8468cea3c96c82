/**
 * Builds dnsRecord and dNSProperty values for the lab, [MS-DNSP] 2.3.2. Written apart from src/formats on purpose,
 * so that what the tests lay down does not come from the code under test.
 *
 * | off | size | field of dnsRecord |
 * | --- | --- | --- |
 * | 0 | 2 | DataLength LE |
 * | 2 | 2 | Type LE |
 * | 4 | 1 | Version 5 |
 * | 5 | 1 | Rank 0xF0, 0 for a tombstone |
 * | 8 | 4 | Serial LE |
 * | 12 | 4 | TtlSeconds BE |
 * | 20 | 4 | TimeStamp LE, hours since 1601 |
 */

/** One record as a zone file would put it. `timestampHours` 0 is static. */
export interface LabRecord {
  readonly type: keyof typeof TYPE;
  /** Address, target, `preference target`, `priority weight port target`, text, hex digits of a DHCID. */
  readonly data: string;
  readonly ttlSeconds: number;
  readonly timestampHours: number;
}

const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DHCID: 49,
} as const;

/** Hours and seconds between 1601-01-01 and 1970-01-01, UTC. */
const SECONDS_TO_1970 = 11_644_473_600;

/** The dnsRecord value, in base64. */
export function recordBytes(record: LabRecord): string {
  return envelope(TYPE[record.type], 0xf0, record.ttlSeconds, record.timestampHours, recordData(record));
}

/** The one value of a tombstoned name, in base64: EntombedTime is a FILETIME. */
export function tombstoneBytes(entombedHours: number): string {
  const data = Buffer.alloc(8);
  data.writeBigUInt64LE(BigInt(entombedHours) * 36_000_000_000n);
  return envelope(0, 0, 0, 0, data);
}

/** A dNSProperty value, in base64; `data` is one number of `sizeBytes` bytes. Real zones have 4 bytes after it. */
function propertyBytes(id: number, sizeBytes: 1 | 4 | 8, data: number | bigint): string {
  const bytes = Buffer.alloc(20 + sizeBytes + 4);
  bytes.writeUInt32LE(sizeBytes, 0);
  bytes.writeUInt32LE(1, 12);
  bytes.writeUInt32LE(id, 16);
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(BigInt(data));
  number.copy(bytes, 20, 0, sizeBytes);
  return bytes.toString('base64');
}

/** The properties of a primary zone, in base64. `dynamicUpdate`: 0 off, 1 nonsecure and secure, 2 secure only. */
export function zoneProperties(dynamicUpdate: 0 | 1 | 2, aging: boolean, securedSeconds = 0): string[] {
  return [
    propertyBytes(0x01, 4, 1),
    propertyBytes(0x02, 1, dynamicUpdate),
    propertyBytes(0x08, 8, securedSeconds),
    propertyBytes(0x10, 4, 168),
    propertyBytes(0x20, 4, 168),
    propertyBytes(0x40, 4, aging ? 1 : 0),
  ];
}

/** A date as whole hours since 1601-01-01 UTC. */
export function toHours(date: Date): number {
  return Math.floor((date.getTime() / 1000 + SECONDS_TO_1970) / 3600);
}

function envelope(
  type: number,
  rank: number,
  ttlSeconds: number,
  timestampHours: number,
  data: Buffer,
): string {
  const header = Buffer.alloc(24);
  header.writeUInt16LE(data.length, 0);
  header.writeUInt16LE(type, 2);
  header.writeUInt8(5, 4);
  header.writeUInt8(rank, 5);
  header.writeUInt32LE(110, 8);
  header.writeUInt32BE(ttlSeconds, 12);
  header.writeUInt32LE(timestampHours, 20);
  return Buffer.concat([header, data]).toString('base64');
}

function recordData({ type, data }: LabRecord): Buffer {
  const words = data.split(' ');
  const target = words.at(-1) ?? '';
  switch (type) {
    case 'A':
      return Buffer.from(data.split('.').map(Number));
    case 'AAAA':
      return ipv6Bytes(data);
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return countName(data);
    case 'MX':
    case 'SRV':
      return Buffer.concat([...words.slice(0, -1).map(u16be), countName(target)]);
    case 'TXT':
      return Buffer.concat([Buffer.from([data.length]), Buffer.from(data, 'latin1')]);
    case 'DHCID':
      return Buffer.from(data, 'hex');
    case 'SOA': {
      const [primary = '', mailbox = '', ...numbers] = words;
      return Buffer.concat([...numbers.map(u32be), countName(primary), countName(mailbox)]);
    }
  }
}

/** Length of what follows LabelCount, LabelCount, then each label with its length, then 0. */
function countName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  const body = Buffer.concat(
    labels.map((label) => Buffer.from([label.length, ...Buffer.from(label, 'latin1')])),
  );
  return Buffer.concat([Buffer.from([body.length + 1, labels.length]), body, Buffer.from([0])]);
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const front = head.split(':').filter(Boolean);
  const back = tail.split(':').filter(Boolean);
  const zeros = new Array<string>(8 - front.length - back.length).fill('0');
  return Buffer.concat([...front, ...zeros, ...back].map((group) => u16be(`0x${group}`)));
}

function u16be(number: string): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(Number(number));
  return bytes;
}

function u32be(number: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Number(number));
  return bytes;
}
