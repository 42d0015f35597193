// SPDX-License-Identifier: Apache-2.0
// How smooth the table stays: the mock's machine with 5,000 connections changes 5,000 times a second,
// a browser scrolls, and the time between frames of the screen is measured.
//
//   npx vite build && node dev/smooth.mjs          needs chromium
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const kPort = 7489;
const kSeconds = 5;
const kChangesPerSecond = 5000;
const kConnections = 5000;
const kPages = {
  applications: "/",
  "one open": "/?open=/usr/lib/firefox-esr/firefox-esr",
  "all connections": "/?by=connections",
};

const mock = fileURLToPath(new URL("mock.mjs", import.meta.url));
const server = spawn(process.execPath, [mock, kPort, "", "", kChangesPerSecond, kConnections]);
await new Promise((ready) => server.stdout.once("data", ready));
const browser = await chromium.launch({
  executablePath: process.env.PICKET_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
});

/** Runs in the page: the gaps between frames while it scrolls. */
function measure(seconds) {
  return new Promise((done) => {
    const list = document.querySelector(".vlist");
    const gaps = [];
    let last = performance.now();
    const end = last + seconds * 1000;
    const tick = (now) => {
      gaps.push(now - last);
      last = now;
      list.scrollTop = (list.scrollTop + 40) % 3000;
      if (now < end) return requestAnimationFrame(tick);
      gaps.sort((a, b) => a - b);
      const at = (share) =>
        Math.round(gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))]);
      return done({
        fps: gaps.length / seconds,
        median: at(0.5),
        p99: at(0.99),
        rows: document.querySelectorAll(".row").length,
      });
    };
    requestAnimationFrame(tick);
  });
}

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  for (const [name, path] of Object.entries(kPages)) {
    await page.goto(`http://127.0.0.1:${kPort}${path}`);
    await page.locator(".net-table .row >> nth=3").waitFor();
    const found = await page.evaluate(measure, kSeconds);
    console.log(
      `${name}: ${found.fps.toFixed(0)} frames/s, median ${found.median} ms, 99 % within ${found.p99} ms, ${found.rows} rows drawn`,
    );
  }
} finally {
  await browser.close();
  server.kill();
}
