/** Text that repeats often is replaced by a letter, which the head explains: `α=payments-worker-6c8868cb6d`. */

import { expandForm, readForm, writeForm } from '../dictionary/form.ts'
import { marksFor } from '../dictionary/marks.ts'
import { planOf } from '../dictionary/plan.ts'
import { isSubject } from '../dictionary/subject.ts'
import { formOf } from '../dictionary/write.ts'
import type { Technique } from '../technique.ts'

export const dictionary: Technique = {
  name: 'dictionary',
  equivalence: 'string',
  // A small model misreads it (docs/reading.md).
  advantage: 0.2,

  encode(text) {
    if (!isSubject(text)) return undefined
    const marks = marksFor(text)
    const plan = planOf(text, marks.length)
    return plan && writeForm(formOf(plan, marks))
  },

  decode(text) {
    const form = readForm(text)
    return form && expandForm(form)
  },

  recognises: (text) => readForm(text) !== undefined,
}
