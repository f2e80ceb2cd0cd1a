// A part of a policy: only what somebody wrote down, checked as the whole would be. What is missing comes from elsewhere.
import { z } from 'zod'

/** Accepts an object with some of the fields of `policy`, refuses it with the policy's own issues, and keeps it as it was given. */
export const overridesOf = <P extends z.ZodObject>(policy: P) =>
  z.custom<Partial<z.input<P>>>().check((context) => {
    const parsed = policy.safeParse(context.value)
    if (parsed.success) return
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: context.value } as (typeof context.issues)[number])
  })
