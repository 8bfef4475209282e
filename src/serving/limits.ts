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

/** How much may be there at once. */
export interface Capacity {
  /**
   * An API server takes 200 changing requests at a time (--max-mutating-requests-inflight, dry runs among them) and asks
   * over a connection each, so that this is five of them at full load, all sent to one replica.
   */
  readonly connections: number;
  /** Then the client is told to close, so that the API server spreads over replicas that came later. */
  readonly requestsPerConnection: number;
  /** Request line and headers of one request, in bytes; Node answers 431 above. */
  readonly headerBytes: number;
  /** Reviews under way; `serving.maxConcurrent`. */
  readonly reviews: number;
  /** In bytes: a larger body counts as large. Most Services are ten times smaller. */
  readonly largeBody: number;
  /** Large bodies under way, in bytes all together: they, not the small ones, can fill the memory of a container. */
  readonly largeBodies: number;
}

export const CAPACITY: Capacity = {
  connections: 1024,
  requestsPerConnection: 1000,
  headerBytes: 16 * 1024,
  reviews: 256,
  largeBody: 128 * 1024,
  largeBodies: 64 * 1024 * 1024,
};

/** The API server's own limit for an object is 3 MiB; an UPDATE carries two, and JSON may be larger than what etcd holds. */
export const BODY_LIMIT = 7 * 1024 * 1024;
