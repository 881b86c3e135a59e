/** Pods that the API server with its policy and the injector must make alike. What differs is told in docs/injector.md. */

import type { RawPod } from '../../../src/core/inject/index.ts'

const APP = { name: 'app', image: 'app:1' }
const OWNER = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api-7d4b9', uid: 'u', controller: true }

export const MODE_PODS: Readonly<Record<string, RawPod>> = {
  plain: { spec: { containers: [APP] } },
  'variables of the user': {
    spec: {
      containers: [
        { ...APP, env: [{ name: 'OPENAI_BASE_URL', value: 'http://mine' }] },
        {
          ...APP,
          name: 'ref',
          env: [
            { name: 'ANTHROPIC_BASE_URL', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
          ],
        },
        { ...APP, name: 'empty', env: [{ name: 'GROQ_BASE_URL' }] },
        { ...APP, name: 'azure', env: [{ name: 'AZURE_OPENAI_ENDPOINT', value: 'https://a' }] },
      ],
    },
  },
  'init containers, one with envFrom': {
    spec: {
      initContainers: [{ ...APP, name: 'migrate' }],
      containers: [APP, { ...APP, name: 'hidden', envFrom: [{ configMapRef: { name: 'c' } }] }],
    },
  },
  'chosen containers': {
    metadata: { annotations: { 'm2m.io/containers': 'hidden, app' } },
    spec: {
      containers: [APP, { ...APP, name: 'other' }, { ...APP, name: 'hidden', envFrom: [{ secretRef: { name: 's' } }] }],
    },
  },
  'ports that are taken': {
    spec: {
      containers: [
        {
          ...APP,
          ports: [
            { containerPort: 4141, protocol: 'TCP' },
            { containerPort: 4142, protocol: 'TCP' },
          ],
        },
      ],
    },
  },
  'an egress proxy': {
    spec: {
      containers: [
        {
          ...APP,
          env: [
            { name: 'HTTPS_PROXY', value: 'http://proxy:3128' },
            { name: 'NO_PROXY', value: 'intern' },
          ],
        },
        { ...APP, name: 'without', env: [{ name: 'http_proxy', value: 'http://other:3128' }] },
      ],
    },
  },
  'an egress proxy in a Secret': {
    spec: {
      containers: [
        {
          ...APP,
          env: [{ name: 'HTTPS_PROXY', valueFrom: { secretKeyRef: { name: 'proxy', key: 'url', optional: true } } }],
        },
      ],
    },
  },
  'compression switched off': {
    metadata: { annotations: { 'm2m.io/compression': 'disabled' } },
    spec: { containers: [APP] },
  },
  Guaranteed: {
    spec: {
      containers: [
        { ...APP, resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1Gi' } } },
      ],
    },
  },
  'limits everywhere': {
    spec: {
      initContainers: [{ ...APP, name: 'first', resources: { limits: { cpu: '1', 'ephemeral-storage': '1Gi' } } }],
      containers: [{ ...APP, resources: { limits: { cpu: '100m', 'ephemeral-storage': '1Gi' } } }],
    },
  },
  'a workload': {
    metadata: { labels: { 'pod-template-hash': '7d4b9' }, ownerReferences: [OWNER] },
    spec: { containers: [APP] },
  },
  'a CronJob': {
    metadata: { ownerReferences: [{ ...OWNER, apiVersion: 'batch/v1', kind: 'Job', name: 'night-29012345' }] },
    spec: { containers: [APP], restartPolicy: 'Never' },
  },
  'a pod of Istio': {
    metadata: {
      labels: { 'sidecar.istio.io/inject': 'true' },
      annotations: { 'kubectl.kubernetes.io/default-container': 'x' },
    },
    spec: { containers: [APP] },
  },
}
