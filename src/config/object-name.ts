/** Schema of a name of a Kubernetes object. */
export const NAME = {
  type: 'string',
  pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
  'x-expected': 'a name of lower case letters, digits, dashes and dots',
};
