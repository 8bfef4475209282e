declare module 'postject' {
  /** Writes a resource into an executable. */
  export function inject(
    path: string,
    resource: string,
    content: Buffer,
    options: { readonly sentinelFuse: string },
  ): Promise<void>;
}
