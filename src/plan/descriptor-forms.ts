/**
 * The forms of a descriptor that planning needs, worked out once for the same descriptor: the names of a zone have few
 * different ones, and a plan that holds the text of each only once takes half the memory.
 */

import { type Ace, aceKey } from '../formats/ace.ts';
import { formatSddl, type SddlContext } from '../formats/sddl.ts';
import {
  decodeSecurityDescriptor,
  encodeSecurityDescriptor,
  type SecurityDescriptor,
} from '../formats/security-descriptor.ts';
import { addAces } from './descriptor-change.ts';

/** A descriptor in the two forms that plans hold. */
export interface DescriptorText {
  readonly sddl: string;
  /** The self-relative descriptor. */
  readonly base64: string;
}

/** Gives what was made for a key before, as long as it is remembered. */
type Memory<T> = (key: string, make: () => T) => T;

/** Descriptors that are remembered before all of them are forgotten. */
const MOST_DESCRIPTORS = 1024;
/** Texts take no room of their own as long as the plan that holds them is there. */
const MOST_TEXTS = 65_536;

const decoded = createMemory<SecurityDescriptor>(MOST_DESCRIPTORS);
const extended = new WeakMap<SecurityDescriptor, Memory<SecurityDescriptor>>();
const encoded = new WeakMap<SecurityDescriptor, Uint8Array>();
const texts = new WeakMap<SddlContext, Memory<DescriptorText>>();

/**
 * The descriptor that these bytes are; the same object for the same bytes, as long as it is remembered.
 *
 * @throws FormatError as decodeSecurityDescriptor does
 */
export function decodeOnce(bytes: Uint8Array): SecurityDescriptor {
  return decoded(viewOf(bytes).toString('latin1'), () => decodeSecurityDescriptor(bytes));
}

/** The descriptor that addAces() makes. @throws RangeError as addAces() does */
export function addAcesOnce(descriptor: SecurityDescriptor, added: readonly Ace[]): SecurityDescriptor {
  const memory = extended.get(descriptor) ?? createMemory<SecurityDescriptor>(MOST_DESCRIPTORS);
  extended.set(descriptor, memory);
  return memory(added.map(aceKey).join(), () => addAces(descriptor, added));
}

/** The bytes of a descriptor, self-relative. */
export function encodeOnce(descriptor: SecurityDescriptor): Uint8Array {
  const known = encoded.get(descriptor);
  if (known !== undefined) return known;
  const bytes = encodeSecurityDescriptor(descriptor);
  encoded.set(descriptor, bytes);
  return bytes;
}

/** A descriptor as plans hold it. @param bytes those of `descriptor`, as they are stored or are to be */
export function textOnce(
  descriptor: SecurityDescriptor,
  bytes: Uint8Array,
  context: SddlContext,
): DescriptorText {
  const memory = texts.get(context) ?? createMemory<DescriptorText>(MOST_TEXTS);
  texts.set(context, memory);
  const base64 = viewOf(bytes).toString('base64');
  return memory(base64, () => ({ sddl: formatSddl(descriptor, context), base64 }));
}

function createMemory<T>(most: number): Memory<T> {
  const known = new Map<string, T>();
  return (key, make) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= most) known.clear();
    const made = make();
    known.set(key, made);
    return made;
  };
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
