// Imported before any schema is made: zod would otherwise probe `new Function`, which the content security policy reports as a violation.
import * as z from 'zod/mini'

z.config({ jitless: true })
