import type { FieldEdit } from '../../model/finding.ts';
import type { TrafficUnit } from '../../model/measured-traffic.ts';
import type { Service } from '../../model/service.ts';
import type { SendersSummary } from '../../topology/measured-senders.ts';
import type { Scenario, WorkloadRef } from '../../topology/scenarios/scenario.ts';
import type { ZoneBytes } from '../traffic/zone-bytes.ts';
import type { CaseKind } from './cases.ts';
import type { TodaysOutcome } from './outcome.ts';
import type { Setting } from './setting.ts';

/** A case without its topology. */
export interface CaseRef {
  readonly kind: CaseKind;
  readonly scenarios: readonly Scenario[];
}

/** A figure in the case in which it is worst. */
export interface WorstFigure {
  readonly value: number;
  readonly in: CaseRef;
}

export type MeanOf = 'pods-left' | 'todays-pods';

/** Why a setting is not advised. */
export type Rejection =
  | { readonly kind: 'loses-traffic'; readonly share: number; readonly in: CaseRef }
  /** `times`: the mean of the Pods of the case, or of today's Pods. Today's count for the CPU limit. */
  | { readonly kind: 'overloads'; readonly factor: number; readonly times: MeanOf; readonly in: CaseRef }
  | { readonly kind: 'not-established'; readonly in: CaseRef }
  | { readonly kind: 'depends-on-old-hints' }
  | { readonly kind: 'too-many-variants' }
  | { readonly kind: 'less-in-zone'; readonly share: number }
  | { readonly kind: 'less-on-node'; readonly share: number }
  | { readonly kind: 'no-better' };

export interface SettingResult {
  readonly setting: Setting;
  readonly today: TodaysOutcome;
  /** `null` if it loses traffic, so that the other figures do not matter. */
  readonly worst: {
    readonly inZone: WorstFigure;
    readonly busiest: WorstFigure | null;
    /** As `busiest`, in multiples of the mean of today's Pods. */
    readonly busiestOfToday: WorstFigure | null;
  } | null;
  /** `null` for the advised setting. */
  readonly rejected: Rejection | null;
}

/** The largest load that an endpoint may have. */
export interface AllowedLoad {
  /** The smaller of both limits, and which one it is. */
  readonly factor: number;
  readonly from: 'max-load' | 'cpu-limit';
  /** A multiple of the mean of the Pods that are left. */
  readonly maxLoad: number;
  /** A multiple of the mean of today's Pods; `null` without a CPU limit or an autoscaler for CPU. */
  readonly cpuLimit: number | null;
}

/** A change of the workload that allows a better setting: a simulation shows it. */
export interface WorkloadAdvice {
  readonly workload: WorkloadRef;
  readonly replicas: number;
  /** The autoscaler whose minimum must be `replicas`; `null` without one. */
  readonly autoscaler: string | null;
  /** True if the advice adds a spread constraint over zones. */
  readonly addsSpread: boolean;
  /** True if a rollout must take one Pod away at a time. */
  readonly oneAtATime: boolean;
  readonly selectorLabels: Readonly<Record<string, string>>;
  /** The setting that it allows, and what that brings. */
  readonly setting: Setting;
  readonly inZone: number;
  readonly busiest: number | null;
}

/** The measured traffic of one Service. */
export interface AdviceTraffic {
  readonly unit: TrafficUnit;
  readonly summary: SendersSummary;
  /** With the hints that the controller writes for the setting; `null` without advice, without bytes, and if none are measured. */
  readonly bytes: { readonly today: ZoneBytes; readonly advised: ZoneBytes } | null;
}

interface AdviceBase {
  readonly service: Service;
  /** `null` if no traffic was given. */
  readonly traffic: AdviceTraffic | null;
  /** True if the EndpointSlices do not have the hints that the controller writes for today's setting. */
  readonly hintsDiffer: boolean;
  /** The assumptions of the advice. */
  readonly assumed: readonly string[];
  readonly workload: WorkloadAdvice | null;
}

export interface NoAdvice extends AdviceBase {
  readonly kind: 'none';
  /** `unknown`: something is missing. `not-applicable`: no setting has an effect. `unsafe`: every setting loses traffic. `node-local`:
   * today's Local may be on purpose. */
  readonly because: 'unknown' | 'not-applicable' | 'unsafe' | 'node-local';
  readonly reasons: readonly string[];
  readonly results: readonly SettingResult[];
}

export interface Advised extends AdviceBase {
  readonly kind: 'keep' | 'change';
  readonly setting: Setting;
  /** From the stored Service to the setting. */
  readonly edits: readonly FieldEdit[];
  readonly allowedLoad: AllowedLoad;
  readonly results: readonly SettingResult[];
}

export type Advice = NoAdvice | Advised;
