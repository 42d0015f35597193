// SPDX-License-Identifier: Apache-2.0
// One script, one style sheet, one page: what the server embeds. PICKET_DIST says where to.
import { defineConfig } from "vite";

// `npm run dev` shows the console as it is being written, with a picket behind it. The server wants
// its own name in Host and Origin.
const picket = process.env.PICKET_SERVER ?? "http://127.0.0.1:7480";
const forwarded = {
  target: picket,
  changeOrigin: true,
  configure: (proxy) =>
    proxy.on(
      "proxyReq",
      (request) => request.getHeader("origin") && request.setHeader("origin", picket),
    ),
};

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
  server: { host: "127.0.0.1", proxy: { "/api": forwarded, "/sign-in": forwarded } },
});
