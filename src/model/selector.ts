/** True if the object has every label of the selector; an empty selector matches all objects. */
export function matchesLabels(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  // Without a list of the entries: this is asked for each pair of a Service and a workload of its namespace.
  for (const key of Object.keys(selector)) if (labels[key] !== selector[key]) return false;
  return true;
}
