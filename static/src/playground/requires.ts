/** Modules that a program imports and that its go.mod does not require. */

import { button, h } from "../shared/dom";
import { withRequires } from "../shared/project";
import type { Required } from "../shared/run";
import { toast } from "../shared/toast";
import type { Workspace } from "../shared/workspace";
import { data } from "./data";

/** Puts them into go.mod, which is made where there is none; `added` comes after. */
export function offerRequires(workspace: Workspace, wanted: Required[], added: () => void): HTMLElement {
  const named = wanted.map(({ module, version }) => `${module} ${version}`).join(", ");
  const press = button("Add to go.mod and run", "btn btn-small btn-primary", () => {
    const before = workspace.files();
    workspace.replaceAll({ ...before, "go.mod": withRequires(before["go.mod"] ?? data.goMod, wanted) });
    toast(`go.mod requires ${named} now.`, { label: "Undo", run: () => workspace.replaceAll(before) });
    added();
  });
  return h("p", { class: "offer" }, press, " ", named);
}
