import type { EvaluatedService } from '../service/evaluate-service.ts';
import type { ServiceState } from '../service/service-state.ts';
import type { Scenario } from './scenario.ts';

export interface WhatIfProps {
  readonly existing: ServiceState;
  readonly after: EvaluatedService;
  readonly scenario: Scenario;
  onScenario(scenario: Scenario): void;
}
