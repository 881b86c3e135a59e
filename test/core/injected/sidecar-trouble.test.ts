import { describe, expect, test } from 'vitest'
import { sidecarTrouble } from '../../../src/core/injected/sidecar-trouble.ts'

function pod(sidecar: object, place = 'initContainerStatuses') {
  return {
    metadata: { name: 'api-0', namespace: 'shop' },
    status: {
      [place]: [
        { name: 'other', state: { waiting: { reason: 'ErrImagePull' } } },
        { name: 'm2m-proxy', ...sidecar },
      ],
    },
  }
}

const waiting = (reason: string, message?: string): object => ({ state: { waiting: { reason, message } } })
const ended = (terminated: object): object => ({ lastState: { terminated } })

describe('a sidecar', () => {
  test.each<[string, object]>([
    ['runs', { started: true, state: { running: { startedAt: '2026-05-01T12:00:00Z' } } }],
    ['waits for its turn', waiting('PodInitializing')],
    ['is being made', waiting('ContainerCreating')],
    ['has ended with its pod', { state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
    ['has no status yet', {}],
  ])('that %s is in no trouble', (_title, status) => {
    expect(sidecarTrouble(pod(status))).toBeUndefined()
  })

  test.each<[string, object, string, RegExp]>([
    [
      'whose image is not there',
      waiting('ImagePullBackOff', 'Back-off pulling image "m2m:9"'),
      'SidecarNotStarted image',
      /^the sidecar cannot start \(ImagePullBackOff\): Back-off pulling image "m2m:9"; check its image/,
    ],
    ['whose image was tried just now', waiting('ErrImagePull'), 'SidecarNotStarted image', /\(ErrImagePull\); check/],
    [
      'whose Secret lacks a key',
      waiting('CreateContainerConfigError', "couldn't find key openai in Secret shop/llm"),
      'SidecarNotStarted container',
      /couldn't find key openai in Secret shop\/llm; mend what it names/,
    ],
    [
      'that ends with an error',
      { ...waiting('CrashLoopBackOff'), ...ended({ exitCode: 1, reason: 'Error', message: 'M2M_MODE: no' }) },
      'SidecarCrashLoop code 1',
      /^the sidecar ended with code 1: M2M_MODE: no; kubectl logs api-0 -n shop -c m2m-proxy --previous/,
    ],
    [
      'that the kubelet ends, because its startup probe fails',
      { ...waiting('CrashLoopBackOff'), ...ended({ exitCode: 0, reason: 'Completed' }) },
      'SidecarCrashLoop code 0',
      /startup or liveness probe fails/,
    ],
    [
      'that takes too much memory, whatever it does now',
      { restartCount: 3, started: true, state: { running: {} }, ...ended({ exitCode: 137, reason: 'OOMKilled' }) },
      'SidecarOutOfMemory restart 3',
      /memory limit; raise sidecar.resources.limits.memory .* m2m.io\/memory-limit/,
    ],
  ])('%s is told with cause and remedy', (_title, status, expected, message) => {
    for (const place of ['initContainerStatuses', 'containerStatuses']) {
      const found = sidecarTrouble(pod(status, place))
      expect(`${found?.reason} ${found?.state}`).toBe(expected)
      expect(found?.message).toMatch(message)
      expect(found?.fromMs).toBeUndefined()
    }
  })

  test('that runs and has not started may take half a minute', () => {
    const found = sidecarTrouble(pod({ started: false, state: { running: { startedAt: '2026-05-01T12:00:00Z' } } }))
    expect(found).toMatchObject({ reason: 'SidecarNotStarted', fromMs: Date.parse('2026-05-01T12:00:30Z') })
  })

  describe('that has ended with 0 again, while the kubelet waits to start it anew,', () => {
    const sidecar = { name: 'm2m-proxy', restartCount: 3, state: { terminated: { exitCode: 0, reason: 'Completed' } } }
    const podWith = (app: object, metadata: object = {}) => ({
      metadata: { name: 'api-0', ...metadata },
      status: { initContainerStatuses: [sidecar], containerStatuses: [{ name: 'app', state: app }] },
    })

    test('crashes, whether its application waits or runs', () => {
      for (const app of [{ waiting: { reason: 'PodInitializing' } }, { running: {} }]) {
        expect(sidecarTrouble(podWith(app))).toMatchObject({ reason: 'SidecarCrashLoop', state: 'code 0' })
      }
    })

    test('is in no trouble once its application has ended, or its pod is deleted', () => {
      expect(sidecarTrouble(podWith({ terminated: { exitCode: 0 } }))).toBeUndefined()
      expect(sidecarTrouble(podWith({ running: {} }, { deletionTimestamp: '2026-05-01T12:00:00Z' }))).toBeUndefined()
    })
  })

  test('is told in one line, for kubectl get events shows no other', () => {
    const last = ended({ exitCode: 2, message: 'the settings cannot be used:\nM2M_LOG_LEVEL: no\n' })
    const { message } = sidecarTrouble(pod({ ...waiting('CrashLoopBackOff'), ...last })) ?? {}
    expect(message).toMatch(/^the sidecar ended with code 2: the settings cannot be used: M2M_LOG_LEVEL: no; /)
  })

  test('is told in few words, whatever a registry has answered', () => {
    const { message = '' } =
      sidecarTrouble(pod(waiting('ErrImagePull', `${'x'.repeat(399)}\u{1f4a5}${'y'.repeat(1e6)}`))) ?? {}
    expect(message.length).toBeLessThan(600)
    expect(message.isWellFormed()).toBe(true)
  })
})
