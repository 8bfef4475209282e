import type { ScalarTag, Tags } from 'yaml';

const INT: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|[1-9][0-9_]*|0)$/,
  resolve: integer,
};

const FLOAT: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/,
  resolve: source => {
    const value = Number(source.replaceAll('_', ''));
    return Number.isFinite(value) ? value : source;
  },
};

const GO_TAGS = ['map', 'seq', 'str', 'null', 'bool', 'merge'].map(name => `tag:yaml.org,2002:${name}`);

/** How kubectl reads plain text: as YAML 1.1, but times are text (go.yaml.in/yaml/v2 resolve.go, v2.4.4). */
export function goTags(tags: Tags): Tags {
  return [...tags.filter(tag => typeof tag !== 'string' && GO_TAGS.includes(tag.tag)), INT, FLOAT];
}

/** As strconv.ParseInt with base 0. */
function integer(source: string): number {
  const digits = source.replaceAll('_', '').replace(/^[-+]/, '');
  const isOctal = /^0[0-7]/.test(digits);
  const value = Number(isOctal ? `0o${digits.slice(1)}` : digits);
  return source.startsWith('-') ? -value : value;
}
