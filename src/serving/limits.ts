/** Timeouts for clients, in milliseconds. */
export interface ServerTimeouts {
  /** Above the 90 s after which the API server closes idle connections, so none is closed during a request. */
  readonly keepAliveMs: number;
  readonly handshakeMs: number;
  readonly headersMs: number;
  /** Headers and body. */
  readonly requestMs: number;
  /** Interval of the timeout checks, and so the largest delay of a timeout. Node's default is 30 s. */
  readonly checkIntervalMs: number;
}

export const SERVER_TIMEOUTS: ServerTimeouts = {
  keepAliveMs: 100_000,
  handshakeMs: 5_000,
  headersMs: 10_000,
  requestMs: 15_000,
  checkIntervalMs: 2_500,
};

/** Upper bounds of connections, requests and memory. */
export interface Capacity {
  /**
   * An API server handles up to 200 mutating requests concurrently, including dry runs
   * (--max-mutating-requests-inflight), with one connection each. This allows five API servers at full load on one
   * replica.
   */
  readonly connections: number;
  /** Connections of one address, or of one IPv6 /64: two API servers at full load behind one address. */
  readonly connectionsPerSource: number;
  /** Connections before the end of the TLS handshake, which takes milliseconds. */
  readonly handshakes: number;
  /** After this many requests a connection is closed, so that the API server also uses replicas added later. */
  readonly requestsPerConnection: number;
  /** Request line and headers of one request, in bytes; Node answers 431 above this. */
  readonly headerBytes: number;
  /** Concurrent reviews; `serving.maxConcurrent`. */
  readonly maxConcurrentReviews: number;
  /** Size in bytes above which a body is large: only the fields that an evaluation reads are stored. Most are ten times smaller. */
  readonly largeBodyBytes: number;
  /** Memory in bytes for what is stored of the bodies in progress. Above it, lists are cut. */
  readonly maxBodyMemoryBytes: number;
}

export const CAPACITY: Capacity = {
  connections: 1024,
  connectionsPerSource: 512,
  handshakes: 256,
  requestsPerConnection: 1000,
  headerBytes: 16 * 1024,
  maxConcurrentReviews: 256,
  largeBodyBytes: 128 * 1024,
  maxBodyMemoryBytes: 32 * 1024 * 1024,
};

/**
 * No API server with default limits sends more. A request and a patch's copies have 3 MiB each (MaxRequestBodyBytes and
 * JSONPatchMaxCopyBytes, pkg/server/config.go, k8s.io/apiserver v0.37.1), a stored object 1.5 MiB (etcd's --max-request-bytes);
 * JSON escapes one byte with up to six: object (1.5 + 3 + 3) * 6 MiB, oldObject 1.5 * 6 MiB.
 */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;
