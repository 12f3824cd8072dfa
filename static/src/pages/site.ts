/** On every page: menus, the command palette, times in words, key names, math, buttons that copy. */

import "../styles/site.scss";
import { copyButtons } from "../shared/copy";
import { listen, nameKeys } from "../shared/keys";
import { typeset } from "../shared/math";
import { menus } from "../shared/menu";
import { openPalette } from "../shared/palette";
import { wordTimes } from "../shared/time";

nameKeys();
menus();
wordTimes();
copyButtons();
setInterval(() => wordTimes(), 60_000);
listen([{ key: "k", run: () => void openPalette() }]);
for (const opener of document.querySelectorAll(".palette-open")) opener.addEventListener("click", () => void openPalette());
void typeset(document);
