import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    modulePreload: { polyfill: false },
    sourcemap: false,
    // The policy of the page allows images from data: addresses only; everything else must be a file.
    assetsInlineLimit: 0,
    // Loaded from this machine: one larger file is quicker than many small ones.
    chunkSizeWarningLimit: 2_000,
  },
})
