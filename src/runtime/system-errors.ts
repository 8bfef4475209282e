/** The meaning of error codes of the operating system and of Node, for files, folders and ports. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  EEXIST: 'it exists already',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'the name is too long',
  EFBIG: 'the file is too large',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reports an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ERR_FS_FILE_TOO_LARGE: 'the file is larger than 2 GiB',
  ERR_STRING_TOO_LONG: 'the text is too long',
  ERR_INVALID_ARG_VALUE: 'the name has a character that no name may have',
  EADDRINUSE: 'another process listens on this port',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAFNOSUPPORT: 'this machine has no such kind of address',
};

/** The failed operation and the reason in words; `null` for an error of another kind. */
export interface SystemError {
  readonly reason: string;
  /** The path, or the address and port; `''` if the error names none. */
  readonly subject: string;
}

export function systemError(error: unknown): SystemError | null {
  if (!(error instanceof Error)) return null;
  const { code, path, address, port } = error as NodeJS.ErrnoException & { address?: unknown; port?: unknown };
  const reason = code !== undefined && Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  if (reason === undefined) return null;
  return { reason, subject: path ?? (address === undefined ? '' : `${address}:${port}`) };
}
