// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";
import { interceptLinks } from "./router";
import { handleKey } from "./keys";
import { applyTheme, storedTheme } from "./theme";
import { Console } from "./console";

applyTheme(storedTheme());
interceptLinks();
document.addEventListener("keydown", (event) => handleKey(event));
const root = document.getElementById("app");
if (root) {
  root.textContent = "";
  render(<Console />, root);
}
