import { noRouteReason } from '../../../report/no-route-reason.ts';
import { Notice } from '../notice.tsx';
import type { ServiceState } from './service-state.ts';

/** Why a Service has no diagram. */
export function NoPicture({ state: { service, facts } }: { readonly state: ServiceState }) {
  const { title, text } = noRouteReason(service, facts);
  return <Notice title={`No picture: ${title}`}>{text}</Notice>;
}
