import type { ApiObject, CollectionApi, ListedObject } from '../../kube/writer/api-writer.ts';
import { asObject, asString } from '../../model/raw.ts';
import type { OwnerReference } from './report.ts';
import { REPORT_RESOURCES, type ReportKind } from './report-kind.ts';

const OWNER = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' } as const;

/** The reports of one kind in the API server: one per namespace, all of the same name. */
export class ReportStore {
  readonly #api: CollectionApi;
  readonly #base: string;
  readonly #plural: string;
  readonly #name: string;

  constructor(api: CollectionApi, { kind, name }: { readonly kind: ReportKind; readonly name: string }) {
    const { apiVersion, plural } = REPORT_RESOURCES[kind];
    this.#api = api;
    this.#base = `/apis/${apiVersion}`;
    this.#plural = plural;
    this.#name = name;
  }

  /** All reports. RBAC permits this list for one name if a field selector names it. */
  list(signal: AbortSignal): AsyncIterable<ListedObject> {
    return this.#api.listMetadata(
      `${this.#base}/${this.#plural}`,
      { fieldSelector: `metadata.name=${this.#name}` },
      signal,
    );
  }

  read(namespace: string, signal: AbortSignal): Promise<ApiObject | null> {
    return this.#api.read(this.#path(namespace), signal);
  }

  create(namespace: string, report: ApiObject, signal: AbortSignal): Promise<ApiObject> {
    return this.#api.create(this.#collection(namespace), report, signal);
  }

  replace(namespace: string, report: ApiObject, signal: AbortSignal): Promise<ApiObject> {
    return this.#api.replace(this.#path(namespace), report, signal);
  }

  remove(namespace: string, signal: AbortSignal): Promise<void> {
    return this.#api.delete(this.#path(namespace), signal);
  }

  /** Null if the ClusterRole does not exist. */
  async owner(name: string, signal: AbortSignal): Promise<OwnerReference | null> {
    const role = await this.#api.read(`/apis/${OWNER.apiVersion}/clusterroles/${name}`, signal);
    const uid = asString(asObject(role?.metadata).uid);
    return uid === '' ? null : { ...OWNER, name, uid };
  }

  #collection(namespace: string): string {
    return `${this.#base}/namespaces/${namespace}/${this.#plural}`;
  }

  #path(namespace: string): string {
    return `${this.#collection(namespace)}/${this.#name}`;
  }
}
