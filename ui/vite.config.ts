import { defineConfig } from "vitest/config";

export default defineConfig({
  // esbuild's own JSX transform is all Preact needs.
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2021",
    // A data: URL would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": process.env["SPANHOUND_URL"] ?? "http://127.0.0.1:16690" },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
