import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    pool: 'forks',
    clearMocks: false,
    testTimeout: 30_000,
    coverage: { provider: 'v8', include: ['src-main/**', 'src-shared/**'], reporter: ['text'] },
  },
})
