/** RFC 3339 with the six digits that MicroTime must have (apimachinery meta/v1/micro_time.go, v0.37.1). */
export function microTime(millis: number): string {
  return new Date(millis).toISOString().replace('Z', '000Z');
}
