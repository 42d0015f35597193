// SPDX-License-Identifier: Apache-2.0
// The server counts places of a query in bytes of UTF-8, the browser in UTF-16 units.
export function bytesBefore(text: string, at: number): number {
  return new TextEncoder().encode(text.slice(0, at)).length;
}

/** The place in `text` that is `bytes` bytes after its beginning; inside a letter: before it. */
export function placeOfByte(text: string, bytes: number): number {
  let passed = 0;
  let place = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    passed += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (passed > bytes) return place;
    place += letter.length;
  }
  return place;
}
