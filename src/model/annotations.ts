/** Rules a Service opts out of: ids separated by commas, or `*`. */
export const IGNORE_ANNOTATION = 'zonewise.dev/ignore';
export const IGNORE_REASON_ANNOTATION = 'zonewise.dev/ignore-reason';
/** Last day on which the exemption applies: `2027-01-31`. */
export const IGNORE_UNTIL_ANNOTATION = 'zonewise.dev/ignore-until';
/** A label selector for the nodes on which the Service's clients run. */
export const CLIENT_NODES_ANNOTATION = 'zonewise.dev/client-nodes';
