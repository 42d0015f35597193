// SPDX-License-Identifier: Apache-2.0
// One script, one style sheet, one page: what the server embeds. PICKET_DIST says where to.
import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2020",
    outDir: process.env.PICKET_DIST ?? "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0, // a data: address would need a hole in the content security policy
    modulePreload: false,
    reportCompressedSize: false,
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": process.env.PICKET_SERVER ?? "http://127.0.0.1:7480" },
  },
});
