/** M2MPolicy objects from files, as an API server would have them: also those with mistakes, and lists of `kubectl get -o`. */

import { M2MError } from '../../core/errors.ts'
import type { PolicyObject } from '../../core/policy/documents.ts'
import { KIND } from '../../core/policy/schema.ts'
import { readYaml } from '../../core/yaml.ts'
import { readText } from '../input.ts'

/**
 * @param namespace of objects that name none
 * @throws M2MError FILE_UNREADABLE, POLICY_INVALID for text that is no YAML or holds no policy
 */
export function policiesInFiles(files: readonly string[], namespace: string): PolicyObject[] {
  return files.flatMap((file) => {
    const found = objectsIn(file).filter(isPolicy)
    if (found.length === 0) throw invalid(`${file}: holds no ${KIND}`)
    return found.map((object) => ({
      ...object,
      metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace },
    }))
  })
}

function objectsIn(file: string): unknown[] {
  return readYaml(readText(file)).flatMap(({ value, problems }) => {
    const [problem] = problems
    if (problem !== undefined) throw invalid(`${file}:${problem.line}: ${problem.message}`)
    const { items } = (value ?? {}) as { items?: unknown }
    return Array.isArray(items) ? items : [value]
  })
}

function isPolicy(value: unknown): value is PolicyObject {
  const { kind, metadata } = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown } }
  return kind === KIND && typeof metadata?.name === 'string'
}

function invalid(message: string): M2MError {
  return new M2MError(message, { code: 'POLICY_INVALID' })
}
