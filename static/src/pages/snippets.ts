/** One's own snippets: deleting one, and taking that back. */

import "../styles/playground.scss";
import { call } from "../shared/http";
import { toast } from "../shared/toast";

async function remove(row: HTMLElement): Promise<void> {
  const id = row.dataset.id ?? "";
  try {
    await call("POST", `/play/snippets/${id}/delete`, {});
    row.hidden = true;
    toast("The snippet was deleted.", { label: "Undo", run: () => void restore(row) });
  } catch (error) {
    toast(error instanceof Error ? error.message : "It could not be deleted.");
  }
}

async function restore(row: HTMLElement): Promise<void> {
  try {
    await call("POST", `/play/snippets/${row.dataset.id ?? ""}/restore`, {});
    row.hidden = false;
  } catch (error) {
    toast(error instanceof Error ? error.message : "It could not be brought back.");
  }
}

for (const button of document.querySelectorAll<HTMLElement>(".snippets .delete")) {
  const row = button.closest("tr");
  if (row) button.addEventListener("click", () => void remove(row));
}
