import type { Judgement, Situation } from '../service/evaluate-service.ts';
import type { Scenario } from './scenario.ts';

export interface WhatIfProps {
  readonly standing: Situation;
  readonly after: Judgement;
  readonly scenario: Scenario;
  onScenario(scenario: Scenario): void;
}
