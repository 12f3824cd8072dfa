/** Menus that open from a button: a click or Enter opens, Esc closes, arrows move. */

import Dropdown from "bootstrap/js/dist/dropdown";

export function menus(root: ParentNode = document): void {
  for (const toggle of root.querySelectorAll('[data-bs-toggle="dropdown"]')) Dropdown.getOrCreateInstance(toggle);
}
