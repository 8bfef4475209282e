/** The JSON names of an object's fields; `null` for a value, a list of values or a map. Lists of objects are as one object. */
export type FieldTree = { readonly [name: string]: FieldTree | null };

const OWNER_REFERENCE = fields('apiVersion blockOwnerDeletion controller kind name uid');
const MANAGED_FIELDS = fields('apiVersion fieldsType fieldsV1 manager operation subresource time');
const CONDITION = fields('lastTransitionTime message observedGeneration reason status type');

/** First minor version whose schema has `ipMode`. */
const IP_MODE_SINCE_MINOR = 29;
/** First minor version whose schema has `trafficDistribution`. */
const TRAFFIC_DISTRIBUTION_SCHEMA_SINCE_MINOR = 30;

/** The fields of a v1 Service in Kubernetes 1.`minor` (k8s.io/api core/v1 types.go, v0.28.15 to v0.37.1). */
export function serviceFields(minor: number): FieldTree {
  return {
    apiVersion: null,
    kind: null,
    metadata: {
      ...fields('annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName'),
      ...fields('generation labels name namespace resourceVersion selfLink uid'),
      managedFields: MANAGED_FIELDS,
      ownerReferences: OWNER_REFERENCE,
    },
    spec: {
      ...fields('allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy'),
      ...fields('healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP'),
      ...fields('loadBalancerSourceRanges publishNotReadyAddresses selector sessionAffinity type'),
      ...(minor >= TRAFFIC_DISTRIBUTION_SCHEMA_SINCE_MINOR && fields('trafficDistribution')),
      ports: fields('appProtocol name nodePort port protocol targetPort'),
      sessionAffinityConfig: { clientIP: fields('timeoutSeconds') },
    },
    status: {
      conditions: CONDITION,
      loadBalancer: {
        ingress: {
          ...fields('hostname ip'),
          ...(minor >= IP_MODE_SINCE_MINOR && fields('ipMode')),
          ports: fields('error port protocol'),
        },
      },
    },
  };
}

function fields(names: string): FieldTree {
  return Object.fromEntries(names.split(' ').map(name => [name, null]));
}
