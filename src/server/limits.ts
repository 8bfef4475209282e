/** How long a client may take, in milliseconds. */
export interface ServerLimits {
  /** Above the 90 s after which the API server closes idle connections, so that it is never cut off while sending. */
  readonly keepAlive: number;
  readonly handshake: number;
  readonly headers: number;
  /** Headers and body. */
  readonly request: number;
  /** How often connections are looked over; a slow one is cut off at most this much late. Node's default is 30 s. */
  readonly checkEvery: number;
}

export const SERVER_LIMITS: ServerLimits = {
  keepAlive: 100_000,
  handshake: 10_000,
  headers: 10_000,
  request: 15_000,
  checkEvery: 2_500,
};
