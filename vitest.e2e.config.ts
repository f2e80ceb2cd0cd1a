import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/e2e/**/*.e2e.{ts,tsx}'],
    globalSetup: ['tests/support/build-once.ts'],
    pool: 'forks',
    fileParallelism: false,
    clearMocks: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
