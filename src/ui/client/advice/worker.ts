import type { ServiceState } from '../service/service-state.ts';
import { adviseOn } from './advise.ts';

// A Service with thousands of endpoints takes seconds: here they do not block the page.
addEventListener('message', ({ data }: MessageEvent<ServiceState>) => postMessage(adviseOn(data)));
