import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError } from '../../src/errors.ts';
import { Reader } from '../../src/formats/reader.ts';
import { Writer } from '../../src/formats/writer.ts';

/** Each kind of field: how it is written, its bytes, how it is read. */
const FIELDS: readonly {
  readonly name: string;
  readonly hex: string;
  readonly write: (writer: Writer) => Writer;
  readonly read: (reader: Reader) => number | bigint;
  readonly value: number | bigint;
}[] = [
  { name: 'u8', hex: 'fe', write: (w) => w.u8(0xfe), read: (r) => r.u8('f'), value: 0xfe },
  { name: 'u16le', hex: '0280', write: (w) => w.u16le(0x8002), read: (r) => r.u16le('f'), value: 0x8002 },
  { name: 'u16be', hex: '8002', write: (w) => w.u16be(0x8002), read: (r) => r.u16be('f'), value: 0x8002 },
  {
    name: 'u32le',
    hex: '040302f1',
    write: (w) => w.u32le(0xf1020304),
    read: (r) => r.u32le('f'),
    value: 0xf1020304,
  },
  {
    name: 'u32be',
    hex: 'f1020304',
    write: (w) => w.u32be(0xf1020304),
    read: (r) => r.u32be('f'),
    value: 0xf1020304,
  },
  {
    name: 'u64le',
    hex: '08070605040302f1',
    write: (w) => w.u64le(0xf102030405060708n),
    read: (r) => r.u64le('f'),
    value: 0xf102030405060708n,
  },
];

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

for (const field of FIELDS) {
  test(`${field.name}() writes and reads the same bytes, unsigned`, () => {
    assert.equal(hexOf(field.write(new Writer()).bytes()), field.hex);
    const reader = new Reader(Buffer.from(field.hex, 'hex'), 'test');
    assert.equal(field.read(reader), field.value);
    assert.equal(reader.remaining, 0);
  });

  test(`${field.name}() lands in the buffer that replaced the one that was full`, () => {
    for (let used = 0; used <= 9; used += 1) {
      const writer = new Writer(8).raw(new Uint8Array(used).fill(0xaa));
      field.write(writer);
      assert.equal(hexOf(writer.bytes()), 'aa'.repeat(used) + field.hex, `${used} bytes before it`);
    }
  });

  test(`${field.name}() reads nothing past the end and stays where it was`, () => {
    const size = field.hex.length / 2;
    const reader = new Reader(new Uint8Array(size + 2), 'test', 3);
    assert.throws(
      () => field.read(reader),
      (error) =>
        error instanceof FormatError &&
        error.offset === 3 &&
        error.message === `Cannot decode test at byte 3: f needs ${size} bytes, found ${size - 1}`,
    );
    assert.equal(reader.offset, 3);
  });
}

test('Writer grows from nothing and over many times its size', () => {
  const writer = new Writer(0).u8(1).raw(new Uint8Array(1000).fill(2)).u16be(0x0304);
  assert.equal(writer.length, 1003);
  assert.equal(hexOf(writer.bytes()), `01${'02'.repeat(1000)}0304`);
});

test('Writer.patchU32le() overwrites only its four bytes, also after growing', () => {
  const writer = new Writer(4).u32le(0).u8(0xff);
  assert.equal(hexOf(writer.patchU32le(0, 0xf1020304).bytes()), '040302f1ff');
  assert.equal(hexOf(writer.patchU32le(1, 0).bytes()), '0400000000');
});

test('Writer.patchU32le() touches nothing that was not written', () => {
  const writer = new Writer(64).u32le(0);
  assert.throws(() => writer.patchU32le(1, 1), RangeError);
  assert.throws(() => writer.patchU32le(-1, 1), RangeError);
  assert.equal(hexOf(writer.bytes()), '00000000');
});

test('Writer.bytes() is a copy: later writes do not change it', () => {
  const writer = new Writer().u8(1);
  const before = writer.bytes();
  writer.u8(2).u16le(0).patchU32le(0, 0);
  assert.equal(hexOf(before), '01');
});

test('Reader.take() copies, also out of a Buffer', () => {
  const input = Buffer.from('010203', 'hex');
  const taken = new Reader(input, 'test', 1).take(2, 'f');
  input.fill(0);
  assert.equal(hexOf(taken), '0203');
  assert.equal(Object.getPrototypeOf(taken), Uint8Array.prototype);
});

test('Reader reads a view into a larger buffer from the first byte of the view', () => {
  const view = Buffer.from('aabb01000000cc', 'hex').subarray(2, 6);
  const reader = new Reader(view, 'test');
  assert.equal(reader.u32le('f'), 1);
  assert.equal(reader.remaining, 0);
  assert.equal(hexOf(new Reader(view, 'test').take(0, 'f')), '');
});

test('Reader.seek() goes anywhere inside, the end included, and nowhere else', () => {
  const reader = new Reader(new Uint8Array(4), 'test');
  reader.seek(4, 'f');
  assert.equal(reader.remaining, 0);
  reader.seek(0, 'f');
  for (const offset of [-1, 5, 0xffffffff]) {
    assert.throws(() => reader.seek(offset, 'OffsetDacl'), {
      name: 'FormatError',
      message: `Cannot decode test at byte ${offset}: OffsetDacl points to byte ${offset}, but there are 4`,
    });
  }
  assert.equal(reader.offset, 0);
});

test('Reader.error() points to the cursor unless told otherwise', () => {
  const reader = new Reader(new Uint8Array(4), 'ACL', 2);
  assert.deepEqual(
    [reader.error('x').offset, reader.error('x', 0).offset, reader.error('x').format],
    [2, 0, 'ACL'],
  );
});
