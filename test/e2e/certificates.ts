import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate with its private key, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** PEM of the CA that clients trust. */
  readonly cert: string;
  /** Issues a certificate of a server with these IPv4 addresses and DNS names, and of a client. */
  readonly issue: (commonName: string, names: readonly string[]) => KeyPair;
}

const OID = {
  commonName: '550403',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  extKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
  clientAuth: '2b06010505070302',
  ecdsaWithSha256: '2a8648ce3d040302',
} as const;

const VALID_MS = 24 * 3_600_000;
// Bit string with two unused bits: keyCertSign alone, the sixth bit of KeyUsage (RFC 5280, 4.2.1.3).
const KEY_CERT_SIGN = Buffer.from('03020204', 'hex');

/** A temporary CA, valid for a day. Its files are deleted with the temporary folder of the run. */
export function createAuthority(commonName: string): Authority {
  const keys = ecKeys();
  const extensions = [
    extension(OID.basicConstraints, true, sequence(Buffer.from('0101ff', 'hex'))),
    extension(OID.keyUsage, true, KEY_CERT_SIGN),
  ];
  const own = { issuer: commonName, subject: commonName, extensions };
  return {
    cert: certificate(own, keys.publicKey, keys.privateKey),
    issue: (subject, names) => {
      const leaf = ecKeys();
      const altNames = sequence(...names.map(generalName));
      const usage = sequence(oid(OID.serverAuth), oid(OID.clientAuth));
      const contents = [extension(OID.subjectAltName, false, altNames), extension(OID.extKeyUsage, false, usage)];
      const cert = certificate({ issuer: commonName, subject, extensions: contents }, leaf.publicKey, keys.privateKey);
      return { cert, key: leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    },
  };
}

interface Statement {
  readonly issuer: string;
  readonly subject: string;
  readonly extensions: readonly Buffer[];
}

function certificate(statement: Statement, publicKey: KeyObject, signer: KeyObject): string {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const now = Date.now();
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    algorithm,
    distinguishedName(statement.issuer),
    sequence(time(now - 60_000), time(now + VALID_MS)),
    distinguishedName(statement.subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...statement.extensions)),
  );
  const signature = sign('sha256', tbs, { key: signer, dsaEncoding: 'der' });
  const whole = sequence(tbs, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function ecKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [Buffer.from('0101ff', 'hex')] : [];
  return sequence(oid(id), ...flag, der(0x04, value));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(commonName)))));
}

function generalName(name: string): Buffer {
  return isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
}

function time(ms: number): Buffer {
  const stamp = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(stamp.slice(2)));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

/** Tag, length, value (X.690): a length from 128 on is prefixed by its number of bytes. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const short = length < 0x80;
  const digits = short ? [] : [...Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex')];
  return Buffer.concat([Buffer.from(short ? [tag, length] : [tag, 0x80 | digits.length, ...digits]), value]);
}
