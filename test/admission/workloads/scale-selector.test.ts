import { expect, test } from 'vitest';
import { labelsOfSelector } from '../../../src/admission/workloads/scale-selector.ts';

test.each([
  ['app=web,tier=front', { app: 'web', tier: 'front' }],
  ['app in (web),!canary', { app: 'web' }],
  ['app in (web,api)', {}],
  ['app!=web', {}],
  ['', {}],
  ['not a selector(', {}],
])('%j: the labels that all Pods have are %j', (text, labels) => {
  expect(labelsOfSelector(text)).toEqual(labels);
});
