import type { EvaluatedService, ServiceState } from '../service/evaluate-service.ts';
import type { Scenario } from './scenario.ts';

export interface WhatIfProps {
  readonly existing: ServiceState;
  readonly after: EvaluatedService;
  readonly scenario: Scenario;
  onScenario(scenario: Scenario): void;
}
