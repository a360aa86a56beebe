import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Where TensorFlow is not set up tfjs says in each test file that it would be faster with it; that is no finding.
    onConsoleLog: (text) => !text.includes("you are running TensorFlow.js in Node.js"),
  },
});
