// SPDX-License-Identifier: Apache-2.0
// Node's test runner, as far as the tests use it: the console itself is compiled without Node's types.
// @ts-expect-error the console has no types of Node
import { test as nodeTest } from "node:test";
// @ts-expect-error likewise
import nodeAssert from "node:assert/strict";

export const test = nodeTest as (name: string, run: () => void | Promise<void>) => void;
export const assert = nodeAssert as {
  equal: (actual: unknown, expected: unknown, message?: string) => void;
  deepEqual: (actual: unknown, expected: unknown, message?: string) => void;
  ok: (value: unknown, message?: string) => void;
};
