/** Keeping a program on the server: saving, sharing, forking, its versions, taking it away. */

import { copy } from "./copy";
import { askName, showSheet } from "./dialog";
import { button, h } from "./dom";
import type { Files } from "./files";
import { call, fetchFile, Refused } from "./http";
import { programs } from "./project";
import { ago } from "./time";
import { toast } from "./toast";

export type Visibility = "private" | "unlisted" | "public";

export interface Snippet {
  id: string;
  url: string;
  title: string;
  visibility: Visibility;
  version: number;
  own: boolean;
  owner: string | null;
}

interface Version {
  number: number;
  created: string;
  url: string;
}

export const SEEN_BY: Record<Visibility, string> = {
  private: "Only you",
  unlisted: "Anyone with the link",
  public: "Everybody",
};

export type Form = "zip" | "module" | "bundle";

/** What to do with what was downloaded. */
const NEXT: Record<Form, (name: string, files: Files) => string> = {
  zip: (name) => `${name} is downloaded.`,
  module: (name, files) => `Unpack ${name}; in its folder: ${command(files)}`,
  bundle: (name) => `Get its files with: git clone ${name}`,
};
const OLD_ADDRESS_MS = 60_000;

function command(files: Files): string {
  const [folder] = programs(files);
  if (folder === undefined) return "go test ./...";
  return folder === "" ? "go run ." : `go run ./${folder}`;
}

export class Keeper {
  constructor(
    public snippet: Snippet | null,
    private readonly signedIn: boolean,
    private readonly language: string,
    private readonly files: () => Files,
    private readonly saved: (snippet: Snippet) => void,
    /** Saving is refused for so many seconds. */
    private readonly wait: (seconds: number | null) => void,
  ) {}

  /** Saves a version of one's own snippet; whatever else is open becomes a new one. */
  save(): void {
    if (this.snippet?.own) {
      const before = this.snippet.version;
      void this.change({ files: this.files() }, (next) => (next.version === before ? "Nothing has changed since the last version." : `Version ${next.version} is saved.`));
      return;
    }
    askName(this.snippet ? "Save as your own" : "Save", "Title", (title) => {
      void this.create(title);
      return null;
    });
  }

  share(): void {
    if (!this.snippet) this.save();
    else void copy(this.snippet.url, "The link is copied.");
  }

  rename(): void {
    askName("Rename", "Title", (title) => {
      if (title === "") return "A title has at least one letter";
      void this.change({ title }, () => "Renamed.");
      return null;
    });
  }

  setVisibility(visibility: Visibility): void {
    void this.change({ visibility }, () => `Seen by: ${SEEN_BY[visibility].toLowerCase()}.`);
  }

  async showVersions(): Promise<void> {
    if (!this.snippet) return;
    const list = await attempt(call<{ versions: Version[] }>("GET", `/play/${this.snippet.id}/versions`));
    if (!list) return;
    const items = list.versions.map(({ number, created, url }) =>
      h("li", {}, h("a", { href: url }, `Version ${number}`), h("span", { class: "muted" }, ` ${ago(created)}`)),
    );
    showSheet("Versions", h("ol", { class: "version-list", reversed: true }, ...items));
  }

  showEmbedding(): void {
    if (!this.snippet) return;
    const script = new URL("/embed.js", location.href).href;
    const code = `<div data-judge-snippet="${this.snippet.id}"></div>\n<script src="${script}" async></script>`;
    showSheet(
      "Embed",
      h("p", {}, "This shows the program, with a button that runs it. A private snippet is not shown."),
      h("pre", { class: "code", tabindex: 0 }, code),
      button("Copy", "btn", () => void copy(code, "Copied.")),
    );
  }

  /** What is in the editor as one file, saved or not. */
  async download(form: Form, title: string): Promise<void> {
    const body = {
      title: this.snippet?.title ?? title, files: this.files(), language: this.language,
      ...(this.snippet ? { snippet: this.snippet.id } : {}),
    };
    const file = await attempt(fetchFile(`/play/download/${form}`, body));
    if (!file) return;
    const address = URL.createObjectURL(file);
    h("a", { href: address, download: file.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), OLD_ADDRESS_MS);
    toast(NEXT[form](file.name, body.files));
  }

  remove(): void {
    const { snippet } = this;
    if (!snippet) return;
    void attempt(call("POST", `/play/snippets/${snippet.id}/delete`, {})).then((done) => {
      if (!done) return;
      toast("The snippet was deleted.", {
        label: "Undo",
        run: () => void attempt(call("POST", `/play/snippets/${snippet.id}/restore`, {})).then((back) => {
          if (back) toast("It is back.");
        }),
      });
    });
  }

  private async create(title: string): Promise<void> {
    const body = {
      title: title || (this.snippet?.title ?? ""), files: this.files(), language: this.language,
      visibility: this.signedIn ? "private" : "unlisted",
      ...(this.snippet ? { forked_from: this.snippet.id } : {}),
    };
    const made = await attempt(call<Snippet>("POST", "/play/snippets", body), this.wait);
    if (!made) return;
    this.take(made);
    if (this.signedIn) toast("Saved, for you only. Share it from the menu.");
    else await copy(made.url, "Saved; the link is copied. Without an account nobody can change it later.");
  }

  private async change(changes: Partial<{ files: Files; title: string; visibility: Visibility }>, words: (next: Snippet) => string): Promise<void> {
    if (!this.snippet) return;
    const changed = await attempt(call<Snippet>("PUT", `/play/snippets/${this.snippet.id}`, changes), this.wait);
    if (!changed) return;
    this.take(changed);
    toast(words(changed));
  }

  private take(next: Snippet): void {
    this.snippet = next;
    this.saved(next);
  }
}

async function attempt<T>(work: Promise<T>, wait: (seconds: number | null) => void = () => undefined): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refused) wait(error.retryAfter);
    toast(error instanceof Error ? error.message : "That did not work. What you wrote is safe; try again.");
    return null;
  }
}
