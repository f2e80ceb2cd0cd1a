// The lab's file: what a holder starts, and what its threads start.
import { fileURLToPath } from 'node:url'
import { startRole } from './roles.ts'

// A failed start ends this thread or process with its error; whoever started it takes it from there.
void startRole(fileURLToPath(import.meta.url), {
  runTask: async () => (await import('../jobs/run-task.ts')).runTask,
  kit: async () => (await import('../backtest/trial-kit.ts')).TRIAL_KIT,
})
