/** What is used of postject, which has no types of its own. */
declare module 'postject' {
  /** Puts `content` into a program file as the resource `name`. */
  export function inject(
    file: string,
    name: string,
    content: Uint8Array,
    options: { readonly sentinelFuse: string; readonly machoSegmentName?: string },
  ): Promise<void>;
}
