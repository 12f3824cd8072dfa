/** Code or output: on a phone one of them is seen, elsewhere both are. */

import { find } from "../shared/dom";
import { select, tabList } from "../shared/tabs";

export type View = "code" | "results";

export function setView(view: View): void {
  find(".work").dataset.view = view;
  select(find(".views"), find(`.views [data-view="${view}"]`));
}

tabList(find(".views"), (tab) => setView(tab.dataset.view === "results" ? "results" : "code"));
