import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The story in a browser: real programs, real sockets, one test after the other. `cargo xtask test` sets it up. */
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    environment: "node",
    include: ["e2e/**/*.e2e.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    bail: 1,
  },
});
