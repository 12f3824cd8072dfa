/** Saving, and the menu of what is saved. */

import { find } from "../shared/dom";
import { Patience } from "../shared/patience";
import { Keeper, type Form, type Snippet, type Visibility } from "../shared/snippet";
import type { Workspace } from "../shared/workspace";
import { data } from "./data";

export class Sharing {
  private readonly patience = new Patience([find("#save")]);
  private readonly keeper: Keeper;

  /** `moved`: the files are now those of this snippet. */
  constructor(private readonly workspace: Workspace, moved: (snippet: Snippet) => void) {
    this.keeper = new Keeper(data.snippet ?? null, data.signedIn, data.language, () => workspace.files(), (snippet) => {
      moved(snippet);
      history.replaceState(null, "", new URL(snippet.url).pathname);
      document.title = `${snippet.title} · judge`;
      find(".saved").textContent = `Saved as version ${snippet.version}`;
      find(".play-title").textContent = snippet.title;
      this.showMenu();
    }, (seconds) => this.patience.take(seconds));
    this.listen();
    this.showMenu();
  }

  save(): void {
    if (!this.patience.waiting()) void this.workspace.tidy("save").then(() => this.keeper.save());
  }

  share(): void {
    this.keeper.share();
  }

  setVisibility(visibility: Visibility): void {
    this.keeper.setVisibility(visibility);
  }

  download(form: Form): void {
    void this.keeper.download(form, data.title ?? "");
  }

  private listen(): void {
    const acts: Record<string, () => void> = {
      share: () => this.share(),
      rename: () => this.keeper.rename(),
      versions: () => void this.keeper.showVersions(),
      embed: () => this.keeper.showEmbedding(),
      remove: () => this.keeper.remove(),
      format: () => void this.workspace.format(),
    };
    each("[data-act]", (item) => acts[item.dataset.act ?? ""]?.());
    each("[data-visibility]", (item) => this.setVisibility(item.dataset.visibility as Visibility));
    each("[data-download]", (item) => this.download(item.dataset.download as Form));
    find("#save").addEventListener("click", () => this.save());
  }

  private showMenu(): void {
    const { snippet } = this.keeper;
    for (const item of document.querySelectorAll<HTMLElement>("[data-needs]")) {
      item.hidden = item.dataset.needs === "own" ? !snippet?.own : !snippet;
    }
    for (const item of document.querySelectorAll<HTMLElement>("[data-visibility]")) {
      item.setAttribute("aria-checked", String(snippet?.visibility === item.dataset.visibility));
    }
  }
}

function each(selector: string, act: (item: HTMLElement) => void): void {
  for (const item of document.querySelectorAll<HTMLElement>(selector)) item.addEventListener("click", () => act(item));
}
