// SPDX-License-Identifier: Apache-2.0
// The console of a store that nobody adds to: node store.mjs SIGN_IN_LINK.
import assert from "node:assert/strict";
import { Reader, run } from "./browser.mjs";

const [link] = process.argv.slice(2);
const reader = new Reader(new URL("/", link).href);
const page = () => reader.page;

await reader.open();
await page().goto(link);
await run(reader, [
  [
    "without a running picket the live page says where to look",
    async () => {
      await reader.see(".state", "no live picture");
    },
  ],
  [
    "an incident is told: sentence, time, graph, what to do",
    async () => {
      await reader.go("/incidents");
      await (await reader.see(".inbox-title")).click();
      await reader.see(".incident-head h1");
      await reader.see(".timeline .moment");
      await reader.see(".graph-node");
      await reader.see(".recommended li");
      await reader.picture("incident");
    },
  ],
  [
    "an event opens to its evidence, and a node shows what is about it",
    async () => {
      await page().locator(".moment-title").first().click();
      await reader.see(".moment-open .facts", "Rule");
      await page().locator(".graph-node").first().click();
      assert.ok(new URL(page().url()).searchParams.get("about"));
      await page().keyboard.press("Escape");
    },
  ],
  [
    "triage: a state is kept, a false positive wants its reason, a note stays, undo takes back",
    async () => {
      await page().selectOption(".triage select >> nth=0", "in_progress");
      await reader.see(".told", "In progress");
      await page().selectOption(".triage select >> nth=1", "false_positive");
      const save = page().locator(".triage button", { hasText: "Save resolution" });
      assert.ok(await save.isDisabled());
      await page().fill(".triage textarea", "the administrator's own script");
      await save.click();
      await reader.see(".told", "Decided");
      await page().fill(".notes textarea", "asked the administrator");
      await page().click(".notes form button");
      await reader.see(".note", "asked the administrator");
      await page().reload();
      await reader.see(".note", "asked the administrator");
      assert.equal(await page().locator(".triage select").nth(1).inputValue(), "false_positive");
      await page().click(".triage button:text-is('Undo the last change')");
      await reader.until(
        "taken back",
        async () => (await page().locator(".triage select").nth(1).inputValue()) === "not_set",
      );
    },
  ],
  [
    "a query is completed, its mistake is shown at its place",
    async () => {
      await reader.go("/search?last=all");
      await reader.see(".row-record:not(.row-head)");
      await page().keyboard.press("/");
      await page().keyboard.type("kind:alert sev");
      await reader.see(".query-offer li", "severity:");
      await page().keyboard.press("Tab");
      await page().keyboard.type("high");
      await page().keyboard.press("Enter");
      await reader.until(
        "only the severe",
        async () => new URL(page().url()).searchParams.get("q") === "kind:alert severity:high",
      );
      await reader.see(".row-record:not(.row-head)", "high");
      reader.expected = ["400"];
      await page().fill("[data-find]", "kind:alert process.nam:x");
      await page().keyboard.press("Enter");
      await reader.until(
        "the mark",
        async () => (await page().locator(".query-error mark").textContent()) === "p",
      );
      reader.expected = [];
    },
  ],
  [
    "a facet narrows, the histogram too",
    async () => {
      await reader.go("/search?last=all");
      const facet = await reader.see(".facet button.line");
      await facet.click();
      await reader.until("a term", async () =>
        (new URL(page().url()).searchParams.get("q") ?? "").includes(":"),
      );
      const bars = await reader.see(".bars svg");
      const box = await bars.boundingBox();
      await page().mouse.move(box.x + box.width * 0.25, box.y + 20);
      await page().mouse.down();
      await page().mouse.move(box.x + box.width * 0.75, box.y + 20);
      await page().mouse.up();
      await reader.until("a span", async () => new URL(page().url()).searchParams.has("from"));
    },
  ],
  [
    "history adds up, and shows a moment",
    async () => {
      await reader.go("/history?last=all&by=remote.ip");
      await reader.see(".table tbody tr a");
      await reader.picture("history");
      await reader.go("/history?tab=new&last=all");
      await reader.see(".two-lists h3");
    },
  ],
  [
    "detections list what was found, and a rule shows its alerts",
    async () => {
      await reader.go("/detections?last=all&hits=yes");
      await (await reader.see(".row-rule:not(.row-head)")).click();
      await reader.see(".panel .facts", "Hits");
      await reader.picture("detections");
      await reader.go("/detections?tab=exceptions");
      await reader.see(".state, .table");
    },
  ],
]);
