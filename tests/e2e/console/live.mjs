// SPDX-License-Identifier: Apache-2.0
// The console of a running picket: node live.mjs SIGN_IN_LINK PROGRAM, where PROGRAM makes
// connections all the time.
import assert from "node:assert/strict";
import { Reader, run } from "./browser.mjs";

const [link, program] = process.argv.slice(2);
const base = new URL("/", link).href;
const reader = new Reader(base);
const row = `.row-group:has(b:text-is("${program}"))`;
const page = () => reader.page;

async function topOf(selector) {
  return page()
    .locator(selector)
    .first()
    .evaluate((element) => Math.round(element.getBoundingClientRect().top));
}

await reader.open();
await run(reader, [
  [
    "who is not signed in is asked to, and a wrong password is refused in words",
    async () => {
      reader.expected = ["401"];
      await reader.go("/");
      await reader.see("h1", "picket");
      await page().fill("input[name=user]", "nobody");
      await page().fill("input[name=password]", "not the password");
      await page().click("button[type=submit]");
      await reader.see("[role=alert]");
      reader.expected = [];
    },
  ],
  [
    "the printed link signs in, once",
    async () => {
      await page().goto(link);
      await reader.see(".status", "live");
      assert.ok(!page().url().includes("token="), "the token does not stay in the address");
    },
  ],
  [
    "the program that talks is there, with what it does",
    async () => {
      await reader.see(row);
      await reader.until(
        "bytes",
        async () => (await page().locator(`${row} .c-out`).first().textContent()) !== "·",
      );
      await reader.picture("network");
    },
  ],
  [
    "a row opens in place and a connection shows its details",
    async () => {
      await page().click(row);
      await reader.see(".net-table .row-flow:not(.row-head)");
      assert.ok(
        new URL(page().url()).searchParams.get("open"),
        "what is open stands in the address",
      );
      await page().locator(".net-table .row-flow:not(.row-head)").first().click();
      await reader.see(".panel .facts", "Remote");
      await page().click(".panel [role=tab]:text-is('Process')");
      await reader.see(".panel .facts", "Program");
      await page().keyboard.press("Escape");
      await reader.until(
        "the panel closes",
        async () => (await page().locator(".panel").count()) === 0,
      );
    },
  ],
  [
    "the row under the pointer stays where it is while others come and go",
    async () => {
      await reader.go("/?by=connections");
      const rows = ".net-table .row-flow:not(.row-head)";
      await reader.see(rows);
      await reader.until("three rows", async () => (await page().locator(rows).count()) >= 3);
      await page().locator(rows).nth(1).hover();
      const key = await page().locator(rows).nth(1).getAttribute("data-key");
      const before = await topOf(`[data-key="${key}"]`);
      const count = Number(await page().locator(".vlist").getAttribute("aria-rowcount"));
      await reader.until(
        "ten more rows",
        async () =>
          Number(await page().locator(".vlist").getAttribute("aria-rowcount")) >= count + 10,
      );
      assert.equal(await topOf(`[data-key="${key}"]`), before);
    },
  ],
  [
    "pause freezes the picture and not the capture",
    async () => {
      await reader.go("/");
      await reader.see(row);
      await page().keyboard.press("p");
      await reader.see(".toolbar button", "Go on");
      const frozen = await page().locator(".net-table").innerText();
      await reader.see(".toolbar button", /[1-9]\d* changes/);
      assert.equal(await page().locator(".net-table").innerText(), frozen);
      await page().keyboard.press("p");
      await reader.until(
        "it goes on",
        async () => (await page().locator(".net-table").innerText()) !== frozen,
      );
    },
  ],
  [
    "the filter narrows, and what is wrong with one is shown at its place",
    async () => {
      await page().keyboard.press("/");
      await page().keyboard.type(`process:${program}`);
      await page().keyboard.press("Enter");
      await reader.until(
        "one program",
        async () => (await page().locator(".row-group").count()) === 1,
      );
      await page().fill("[data-find]", "port:nonsense");
      await page().keyboard.press("Enter");
      await reader.see(".query-error mark");
      await page().fill("[data-find]", "process:nobody-is-called-this");
      await page().keyboard.press("Enter");
      await reader.see(".state-title", "Nothing matches");
    },
  ],
  [
    "keys lead to every page, and the list of keys says so",
    async () => {
      await reader.go("/");
      await reader.see(row);
      for (const [keys, title] of [
        ["gi", "Incidents"],
        ["gs", "Search"],
        ["gh", "History"],
        ["gd", "Detections"],
        ["ge", "Health"],
        ["gn", "Network activity"],
      ]) {
        for (const key of keys) await page().keyboard.press(key);
        await reader.until(title, async () => (await page().title()).startsWith(title));
      }
      await page().keyboard.press("?");
      await reader.see(".dialog", "pause the picture");
      await page().keyboard.press("Escape");
    },
  ],
  [
    "what just happened is found by searching",
    async () => {
      await reader.go(`/search?q=process.name:${program}`);
      await reader.see(".row-record:not(.row-head)", program);
      await page().locator(".row-record:not(.row-head)").first().click();
      await reader.see(".values", "process.name");
      await page().click(".panel [role=tab]:text-is('JSON')");
      await reader.see("pre.raw", program);
      await reader.picture("search");
    },
  ],
  [
    "health says how it is captured",
    async () => {
      await reader.go("/health");
      await reader.see(".checks li");
      await reader.see(".facts", "Self-test");
      await reader.picture("health");
    },
  ],
  [
    "on a phone and in the dark everything fits",
    async () => {
      await reader.open({ width: 390, height: 844 }, "dark");
      for (const path of ["/", "/incidents", "/search", "/history", "/detections", "/health"]) {
        await reader.go(path);
        await reader.see(".rail a[aria-current=page]");
        await reader.fits(path);
        await reader.picture(`phone${path.replace("/", "-")}`);
      }
    },
  ],
]);
