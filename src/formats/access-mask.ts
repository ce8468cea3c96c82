/**
 * The 32-bit access mask of an ACE as directory objects use it: which bit is which right, what the four generic
 * bits stand for, and the words for people. [MS-ADTS] 5.1.3.2, [MS-DTYP] 2.4.3
 *
 * | bits        | meaning                                     |
 * | ----------- | ------------------------------------------- |
 * | 0..8        | rights of directory objects (CC..CR)        |
 * | 16..19      | standard rights (SD RC WD WO)               |
 * | 24, 25      | access to the SACL (AS), maximum allowed (MA) |
 * | 28..31      | generic rights (GA GX GW GR)                |
 *
 * Masks are unsigned here. Bit operations in JavaScript give signed results, hence every `>>> 0`.
 */

/** The rights by their two SDDL letters, in ascending bit order. SDDL has no letters for AS and MA. */
export const ACCESS_RIGHTS = {
  CC: 0x1,
  DC: 0x2,
  LC: 0x4,
  SW: 0x8,
  RP: 0x10,
  WP: 0x20,
  DT: 0x40,
  LO: 0x80,
  CR: 0x100,
  SD: 0x10000,
  RC: 0x20000,
  WD: 0x40000,
  WO: 0x80000,
  AS: 0x1000000,
  MA: 0x2000000,
  GA: 0x10000000,
  GX: 0x20000000,
  GW: 0x40000000,
  GR: 0x80000000,
} as const;

/** Two letters that name one right. */
export type AccessRight = keyof typeof ACCESS_RIGHTS;

/** Every right a directory object knows: what GA is mapped to. */
export const FULL_CONTROL = 0xf01ff;

const GENERIC_MAPPING: readonly (readonly [generic: number, specific: number])[] = [
  [ACCESS_RIGHTS.GR, 0x20094],
  [ACCESS_RIGHTS.GW, 0x20028],
  [ACCESS_RIGHTS.GX, 0x20004],
  [ACCESS_RIGHTS.GA, FULL_CONTROL],
];
const GENERIC_BITS = ACCESS_RIGHTS.GR | ACCESS_RIGHTS.GW | ACCESS_RIGHTS.GX | ACCESS_RIGHTS.GA;

const RIGHT_WORDS: Readonly<Record<AccessRight, string>> = {
  CC: 'create child',
  DC: 'delete child',
  LC: 'list contents',
  SW: 'self write',
  RP: 'read property',
  WP: 'write property',
  DT: 'delete tree',
  LO: 'list object',
  CR: 'control access',
  SD: 'delete',
  RC: 'read control',
  WD: 'write DACL',
  WO: 'write owner',
  AS: 'access system security',
  MA: 'maximum allowed',
  GA: 'generic all',
  GX: 'generic execute',
  GW: 'generic write',
  GR: 'generic read',
};

/**
 * Replaces the generic bits by the rights they stand for on a directory object. [MS-ADTS] 5.1.3.2
 *
 * @returns the mask, unsigned, without GA, GX, GW and GR
 */
export function mapGenericRights(mask: number): number {
  // Directories store masks that are mapped already, so nearly every one ends here.
  if ((mask & GENERIC_BITS) === 0) return mask >>> 0;
  let mapped = mask;
  for (const [generic, specific] of GENERIC_MAPPING) {
    if ((mask & generic) !== 0) mapped = (mapped & ~generic) | specific;
  }
  return mapped >>> 0;
}

/** True when `mask` holds every bit of `bits`. Generic bits are taken as they are: map them first. */
export function hasRights(mask: number, bits: number): boolean {
  return (mask & bits) >>> 0 === bits >>> 0;
}

/**
 * Says a mask in words, in ascending bit order: `['read property', 'write property']`, `['full control']`.
 *
 * Generic rights are mapped first. Bits that have no name come last, together, as one hexadecimal number; an
 * empty mask gives an empty list.
 */
export function describeRights(mask: number): string[] {
  const mapped = mapGenericRights(mask);
  const words: string[] = [];
  let rest = mapped;
  if (hasRights(mapped, FULL_CONTROL)) {
    words.push('full control');
    rest = (rest & ~FULL_CONTROL) >>> 0;
  }
  for (const [right, bit] of Object.entries(ACCESS_RIGHTS) as [AccessRight, number][]) {
    if ((rest & bit) === 0) continue;
    words.push(RIGHT_WORDS[right]);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0) words.push(`0x${rest.toString(16)}`);
  return words;
}
