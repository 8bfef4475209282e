import { asList, asObject, asString } from '../../src/model/raw.ts';
import { ofKind, type Rendered } from './rendered.ts';

/** One permission of a ServiceAccount. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** `''` means any. */
  readonly name: string;
  /** `''` means the whole cluster. */
  readonly namespace: string;
  /** The role and rule that grant it. */
  readonly from: { readonly role: Rendered; readonly rule: number };
}

/** Lists every single permission of the account, over all bound roles. */
export function rights(objects: readonly Rendered[], account: string): readonly Right[] {
  return [...ofKind(objects, 'ClusterRoleBinding'), ...ofKind(objects, 'RoleBinding')].flatMap(binding => {
    if (!asList(binding['subjects']).some(subject => asObject(subject).name === account)) return [];
    const { kind, name } = asObject(binding['roleRef']);
    const role = objects.find(
      object =>
        object.kind === kind &&
        object.metadata.name === name &&
        object.metadata.namespace === (kind === 'Role' ? binding.metadata.namespace : undefined),
    );
    if (!role) throw new RangeError(`${binding.kind} ${binding.metadata.name} names a role that is not there`);
    const namespace = binding.metadata.namespace ?? '';
    return asList(role['rules']).flatMap((rule, index) => ofRule(rule, namespace, { role, rule: index }));
  });
}

function ofRule(raw: unknown, namespace: string, from: Right['from']): readonly Right[] {
  const rule = asObject(raw);
  const strings = (field: string): readonly string[] => asList(rule[field]).map(asString);
  const names = strings('resourceNames').length > 0 ? strings('resourceNames') : [''];
  return strings('apiGroups').flatMap(group =>
    strings('resources').flatMap(resource =>
      names.flatMap(name => strings('verbs').map(verb => ({ verb, group, resource, name, namespace, from }))),
    ),
  );
}

/** `get secrets/zonewise-tls in zonewise-system` */
export function describeRight({ verb, group, resource, name, namespace }: Right): string {
  const qualified = group === '' ? resource : `${resource}.${group}`;
  return `${verb} ${qualified}${name && `/${name}`}${namespace && ` in ${namespace}`}`;
}

export function rightsOf(objects: readonly Rendered[], account: string): readonly string[] {
  return rights(objects, account).map(describeRight).sort();
}
