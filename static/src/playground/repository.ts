/** Somebody's repository, fetched into the playground: all of it, or a folder that fits. */

import { bytes } from "../shared/data";
import { showSheet } from "../shared/dialog";
import { button, h, plural } from "../shared/dom";
import type { Files } from "../shared/files";
import { Run, type End, type RunMessage } from "../shared/run";
import { sentence } from "./end";

/** `take` gets the files, in place of those that are there, and where they come from. */
export function importRepository(take: (files: Files, from: string) => void): void {
  const sheet = new ImportSheet(take);
  sheet.open();
}

class ImportSheet {
  private readonly address = h("input", {
    class: "form-control", id: "import-address", type: "url", autocomplete: "off", spellcheck: "false",
    placeholder: "https://example.org/owner/name", "aria-describedby": "import-told",
  });
  private readonly told = h("p", { class: "import-told", id: "import-told", role: "status" });
  private readonly found = h("div", { class: "import-found" });
  private readonly fetchButton = h("button", { class: "btn btn-primary" }, "Fetch");
  private readonly stopButton = button("Stop", "btn", () => this.run?.stop());
  private run: Run | null = null;
  private dialog: HTMLDialogElement | null = null;

  constructor(private readonly take: (files: Files, from: string) => void) {}

  open(): void {
    const form = h(
      "form", {},
      h("label", { class: "form-label", for: "import-address" }, "Address of a public repository, as for git clone"),
      this.address, this.told, this.found,
      h("div", { class: "sheet-foot" }, this.stopButton, this.fetchButton),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.fetch("");
    });
    this.dialog = showSheet("Import a repository", form);
    this.dialog.addEventListener("close", () => this.run?.abandon());
    this.going(false);
    this.address.focus();
  }

  private fetch(folder: string): void {
    this.going(true);
    this.found.replaceChildren();
    this.say("Asking the server");
    this.run = new Run({ type: "import", address: this.address.value.trim(), folder }, (message) => this.hear(message, folder));
  }

  private hear(message: RunMessage, folder: string): void {
    switch (message.type) {
      case "queued":
        this.say("Waiting in queue");
        break;
      case "fetching":
        this.say(message.bytes ? `Fetching: ${bytes(message.bytes)} so far` : "Asking the server");
        break;
      case "refused":
        this.going(false);
        this.say(sentence(message.message));
        break;
      case "end":
        this.going(false);
        this.ended(message, folder);
    }
  }

  private ended(end: End, folder: string): void {
    if (end.verdict !== "accepted") {
      this.say(sentence(end.message));
      return;
    }
    if (end.folders?.length) {
      this.say("All of it is more than a program here may have. Choose a folder:");
      this.found.replaceChildren(h("ul", { class: "import-folders" }, ...end.folders.map((one) => (
        h("li", {}, button(one, "btn btn-quiet btn-small", () => this.fetch(one)))
      ))));
      return;
    }
    this.take(end.files ?? {}, folder === "" ? this.address.value.trim() : folder);
    const left = Object.entries(end.left_out ?? {});
    if (left.length === 0) {
      this.dialog?.close();
      return;
    }
    this.say(`The files are in the editor. ${plural(left.length, "file was", "files were")} left out:`);
    this.found.replaceChildren(h("ul", { class: "import-left" }, ...left.map(([name, why]) => h("li", {}, h("code", {}, name), ` ${why}`))));
  }

  private say(words: string): void {
    this.told.textContent = words;
  }

  private going(on: boolean): void {
    this.fetchButton.hidden = on;
    this.address.readOnly = on;
    this.stopButton.hidden = !on;
  }
}
