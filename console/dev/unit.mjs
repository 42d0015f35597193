// SPDX-License-Identifier: Apache-2.0
// Runs the unit tests: src/**/*_test.ts, made into one program by esbuild and run by Node's own test
// runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function testsIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testsIn(path);
    return /_test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const tests = testsIn(join(root, "src"));
const out = mkdtempSync(join(tmpdir(), "picket-console-"));
try {
  const program = join(out, "tests.mjs");
  await build({
    stdin: {
      contents: tests.map((path) => `import ${JSON.stringify(path)};`).join("\n"),
      resolveDir: root,
    },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    jsx: "automatic",
    jsxImportSource: "preact",
    outfile: program,
    external: ["node:*"],
    loader: { ".css": "text" },
    logLevel: "warning",
  });
  const run = spawnSync(process.execPath, ["--test", program], { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
