import { describe, expect, test } from 'vitest';
import { formatDataPlane, parseStatement } from '../../src/model/data-plane-text.ts';

function parsed(text: string): readonly string[] | string {
  const statement = parseStatement(text);
  return 'problem' in statement ? statement.problem : statement.candidates.map(each => formatDataPlane(each));
}

describe('a statement', () => {
  test.each([
    ['kube-proxy', ['kube-proxy']],
    ['ipvs', ['kube-proxy,mode=ipvs']],
    ['kube-proxy@1.31.4,mode=nftables', ['kube-proxy@1.31.4,mode=nftables']],
    ['kube-proxy@v1.29.0-eks-1', ['kube-proxy@1.29.0']],
    ['kube-proxy,local-detector=false', ['kube-proxy,local-detector=false']],
    ['cilium@1.19,kube-proxy-replacement=false', ['cilium@1.19,kube-proxy-replacement=false']],
    ['cilium@1.19, enable-service-topology', ['cilium@1.19,service-topology=true']],
    ['cilium', ['cilium@1.20', 'cilium@1.19', 'cilium@1.18', 'cilium@1.17']],
    ['antrea@2.4,proxy-all=true', ['antrea@2.4,proxy-all=true']],
    ['other', ['other']],
  ])('%s names what it says', (text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });

  test.each([
    ['cilum', /^expected one of auto, kube-proxy, .*cilium/],
    ['constructor', /^expected one of/],
    ['cilium@new', /^after "@" comes a version/],
    ['other@1.2', /^after "@" comes a version/],
    ['cilium@1.19,hints=true', /^unknown setting "hints=true"; expected kube-proxy-replacement, service-topology/],
    ['cilium@1.19,service-topology=maybe', /^setting service-topology: expected true or false/],
    ['kube-proxy,mode=ebpf', /^setting mode: expected iptables or ipvs or nftables/],
    ['kube-proxy on (', /^after "on" comes a label selector/],
  ])('%s is not understood', (text, problem) => {
    expect(parsed(text)).toMatch(problem);
  });

  test('states the nodes that it is about', () => {
    expect(parseStatement('kube-proxy@1.31 on pool in (old, older)')).toMatchObject({
      nodes: { selector: [{ key: 'pool', operator: 'in', values: ['old', 'older'] }] },
    });
  });
});
