import { type Course, follow, nextTurn } from '../../sidecar/course.ts'

/** What comes of a course, as a promise. */
export function followed<T>(course: Course<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  function* whole(): Course<void> {
    try {
      resolve(yield* course)
    } catch (error) {
      reject(error)
    }
  }
  follow(whole(), nextTurn)
  return promise
}
