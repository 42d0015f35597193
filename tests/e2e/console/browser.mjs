// SPDX-License-Identifier: Apache-2.0
// A browser for the console's end-to-end tests: Debian's chromium, a profile of its own, and a watch
// on what a page must never do: ask anybody else, break the content security policy, throw.
import { createRequire } from "node:module";
import assert from "node:assert/strict";

const require = createRequire(`${process.env.PICKET_NODE_MODULES}/`);
const { chromium } = require("playwright-core");

const kArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const kWaitMs = 15_000;

export class Reader {
  constructor(base) {
    this.base = base;
    this.wrong = [];
    this.expected = []; // texts of errors that a step brings about
  }

  async open(size = { width: 1280, height: 800 }, colorScheme = "light") {
    this.browser ??= await chromium.launch({
      executablePath: process.env.PICKET_CHROMIUM,
      args: kArguments,
      headless: true,
    });
    const cookies = this.context ? await this.context.cookies() : [];
    await this.context?.close();
    this.context = await this.browser.newContext({ viewport: size, colorScheme });
    await this.context.addCookies(cookies);
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(kWaitMs);
    this.page.on("request", (request) => {
      if (new URL(request.url()).origin !== new URL(this.base).origin)
        this.wrong.push(`asked ${request.url()}`);
    });
    this.page.on("pageerror", (error) => this.wrong.push(`threw ${error.message}`));
    this.page.on("console", (message) => {
      if (
        message.type() === "error" &&
        !this.expected.some((text) => message.text().includes(text))
      )
        this.wrong.push(`said ${message.text()}`);
    });
    return this.page;
  }

  async go(path) {
    await this.page.goto(new URL(path, this.base).href);
  }

  /** The first element that matches, once it is there. */
  async see(selector, text) {
    const found =
      text === undefined
        ? this.page.locator(selector)
        : this.page.locator(selector, { hasText: text });
    await found.first().waitFor({ state: "visible" });
    return found.first();
  }

  /** Waits until `holds`, asked again and again, is true. */
  async until(what, holds) {
    const end = Date.now() + kWaitMs;
    for (;;) {
      if (await holds()) return;
      assert.ok(Date.now() < end, `${what}: not within ${kWaitMs / 1000} s`);
      await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
    }
  }

  async fits(what) {
    const beyond = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(beyond <= 0, `${what} is ${beyond} pixels too wide`);
  }

  async picture(name) {
    if (process.env.PICKET_PICTURES)
      await this.page.screenshot({ path: `${process.env.PICKET_PICTURES}/${name}.png` });
  }

  async close() {
    await this.browser?.close();
  }
}

/** Runs the steps one after the other and says which failed; PICKET_STEPS: only those it matches. */
export async function run(reader, steps) {
  let failed = 0;
  const wanted = new RegExp(process.env.PICKET_STEPS ?? "");
  for (const [name, step] of steps.filter(([title]) => wanted.test(title))) {
    try {
      await step();
      assert.deepEqual(reader.wrong.splice(0), [], "the page did what it must not");
      console.log(`ok ${name}`);
    } catch (error) {
      failed += 1;
      reader.wrong.length = 0;
      console.log(
        `not ok ${name}\n  ${String(error.stack ?? error)
          .split("\n")
          .slice(0, 6)
          .join("\n  ")}`,
      );
      await reader.picture(`failed-${name.replace(/\W+/g, "-")}`);
    }
  }
  await reader.close();
  process.exit(failed ? 1 : 0);
}
