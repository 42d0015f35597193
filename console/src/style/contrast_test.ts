// SPDX-License-Identifier: Apache-2.0
// WCAG 2 AA: text has at least 4.5 times the luminance of what it stands on, in both themes.
// @ts-expect-error a style sheet as text, by the test runner
import sheet from "./colour.css";
import { assert, test } from "../testing";

const css = sheet as string;

function coloursIn(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((found) => [found[1], found[2]]),
  );
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const light = coloursIn(css.slice(0, css.indexOf("@media")));
const darkBlocks = [
  css.slice(css.indexOf("@media"), css.indexOf(':root[data-theme="dark"]')),
  css.slice(css.indexOf(':root[data-theme="dark"]')),
];
const dark = coloursIn(darkBlocks[0]!);
const kPairs: Array<[string, string[]]> = [
  ["text", ["ground", "raised", "hover", "accent-ground", "warn-ground", "bad-ground", "mark"]],
  ["dim", ["ground", "raised", "hover", "accent-ground", "warn-ground", "bad-ground"]],
  ["accent", ["ground", "raised", "hover", "accent-ground"]],
  ["bad", ["ground", "raised", "hover", "bad-ground", "warn-ground", "accent-ground"]],
  ["warn", ["ground", "raised", "hover", "warn-ground", "accent-ground"]],
  ["good", ["ground", "raised", "hover"]],
  ["on-accent", ["accent"]],
];

for (const [theme, colours] of [
  ["light", light],
  ["dark", dark],
] as const) {
  test(`text can be read in the ${theme} theme`, () => {
    for (const [text, grounds] of kPairs) {
      for (const ground of grounds) {
        const found = contrast(colours[text]!, colours[ground]!);
        assert.ok(found >= 4.5, `${text} on ${ground}: ${found.toFixed(2)}`);
      }
    }
  });
}

test("the dark theme is the same whether the system or the reader chose it", () => {
  assert.deepEqual(coloursIn(darkBlocks[1]!), dark);
});
