import { type ApiObject, isNotFound, type ObjectApi } from '../../kube/writer/api-writer.ts';
import { type AuditState, EMPTY_STATE, type PublishedFindings, readState, renderState } from './state.ts';

export const STATE_CONFIG_MAP_NAME = 'zonewise-audit';

/** The audit state in its ConfigMap. Writing throws 409 if another process has written since the last read. */
export class StateStore {
  readonly #store: ObjectApi;
  readonly #collection: string;
  readonly #namespace: string;
  #configMap: ApiObject | null = null;
  #current: AuditState = EMPTY_STATE;

  constructor(store: ObjectApi, namespace: string) {
    this.#store = store;
    this.#namespace = namespace;
    this.#collection = `/api/v1/namespaces/${namespace}/configmaps`;
  }

  /** The state as last read or written. */
  get current(): AuditState {
    return this.#current;
  }

  /** Throws ApiStatusError, or the network's error. */
  async load(signal: AbortSignal): Promise<PublishedFindings> {
    this.#configMap = await this.#store.read(`${this.#collection}/${STATE_CONFIG_MAP_NAME}`, signal);
    this.#current = readState(this.#configMap);
    return this.#current.published;
  }

  /** Throws ApiStatusError (409: another process has written), or the network's error. */
  async save(record: AuditState, signal: AbortSignal): Promise<void> {
    this.#configMap = await this.#write(renderState(record), signal);
    this.#current = record;
  }

  async #write(data: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ApiObject> {
    try {
      const known = this.#configMap;
      if (known)
        return await this.#store.replace(`${this.#collection}/${STATE_CONFIG_MAP_NAME}`, { ...known, data }, signal);
    } catch (error) {
      // The ConfigMap was deleted. Its content is still in memory, so no finding is published twice.
      if (!isNotFound(error)) throw error;
    }
    return this.#store.create(this.#collection, { ...this.#fresh(), data }, signal);
  }

  #fresh(): ApiObject {
    const labels = { 'app.kubernetes.io/name': 'zonewise', 'app.kubernetes.io/component': 'audit' };
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: this.#namespace, name: STATE_CONFIG_MAP_NAME, labels },
    };
  }
}
