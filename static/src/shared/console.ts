/** The screen that shows what a program prints, as it comes. */

import { Ansi, type Style } from "./ansi";
import { h } from "./dom";
import { couldBePicture, Gallery } from "./pictures";
import { places } from "./places";
import { placeButton, type Going } from "./text";

export type Stream = "stdout" | "stderr";

const NEAR_PIXELS = 40;

export class Console {
  private readonly readers: Record<Stream, Ansi> = { stdout: new Ansi(), stderr: new Ansi() };
  /** A line that may become a picture is held back until it ends. */
  private held = "";
  private gallery = new Gallery();
  private waiting: (() => void)[] = [];

  constructor(private readonly screen: HTMLElement, private readonly going: Going) {}

  clear(): void {
    this.held = "";
    this.gallery = new Gallery();
    this.waiting = [];
    this.readers.stdout = new Ansi();
    this.readers.stderr = new Ansi();
    this.screen.replaceChildren(h("pre", { class: "console" }));
  }

  write(stream: Stream, data: string): void {
    this.later(() => {
      for (const piece of this.readers[stream].read(data)) {
        if (piece.kind === "clear") this.screen.querySelector("pre")?.replaceChildren();
        else if (stream === "stdout") this.printed(piece.text, piece.style);
        else this.append(stream, piece.text, piece.style);
      }
    });
  }

  /** What the user typed, where a terminal would show it. */
  typed(text: string): void {
    this.later(() => this.pre().append(h("span", { class: "typed" }, text)));
  }

  /** The program is over: what was held back is shown, places in it become buttons. */
  end(note: Node | string): void {
    this.later(() => {
      for (const stream of ["stdout", "stderr"] as const) {
        for (const piece of this.readers[stream].end()) if (piece.kind === "text") this.append(stream, piece.text, piece.style);
      }
      // The last line may be a picture too, though it does not end.
      const picture = this.gallery.draw(this.held);
      if (picture) this.pre().append(picture);
      else if (this.held !== "") this.append("stdout", this.held, {});
      this.held = "";
      this.link();
      this.screen.append(h("p", { class: "console-end" }, note));
    });
  }

  /** Something below all that was printed. */
  add(note: Node): void {
    this.later(() => this.screen.append(note));
  }

  /** Once a frame, however often a program prints. */
  private later(work: () => void): void {
    this.waiting.push(work);
    if (this.waiting.length > 1) return;
    const draw = (): void => {
      const near = this.screen.scrollHeight - this.screen.scrollTop - this.screen.clientHeight < NEAR_PIXELS;
      for (const each of this.waiting.splice(0)) each();
      if (near) this.screen.scrollTop = this.screen.scrollHeight;
    };
    // A page in the background has no frames.
    if (document.hidden) setTimeout(draw, 0);
    else requestAnimationFrame(draw);
  }

  private printed(text: string, style: Style): void {
    const all = this.held + text;
    this.held = "";
    const lines = all.split(/(?<=\n)/);
    for (const line of lines) {
      const picture = line.endsWith("\n") ? this.gallery.draw(line) : null;
      if (picture) this.pre().append(picture);
      else if (!line.endsWith("\n") && couldBePicture(line)) this.held = line;
      else this.append("stdout", line, style);
    }
  }

  private append(stream: Stream, text: string, style: Style): void {
    const pre = this.pre();
    const key = JSON.stringify([stream, style]);
    const last = pre.lastElementChild;
    if (last instanceof HTMLElement && last === pre.lastChild && last.dataset.key === key) last.append(text);
    else pre.append(styled(stream, text, style, key));
  }

  private pre(): HTMLElement {
    return this.screen.querySelector<HTMLElement>("pre") ?? this.screen.appendChild(h("pre", { class: "console" }));
  }

  private link(): void {
    for (const span of this.screen.querySelectorAll<HTMLElement>(".stderr")) {
      const parts = places(span.textContent, this.going.known);
      if (parts.length < 2) continue;
      span.replaceChildren(...parts.map((part) => (typeof part === "string" ? part : placeButton(part.text, part.place, this.going))));
    }
  }
}

function styled(stream: Stream, text: string, style: Style, key: string): HTMLElement {
  const names = [stream, ...(["bold", "faint", "italic", "underline", "inverse"] as const).filter((name) => style[name])];
  // Whoever does not see colour and line is told by name.
  const told = stream === "stderr" ? { role: "group", "aria-label": "Standard error" } : {};
  const span = h("span", { class: names.join(" "), "data-key": key, ...told }, text);
  colour(span, "color", style.colour);
  colour(span, "background-color", style.back);
  return span;
}

function colour(span: HTMLElement, property: string, value: number | string | undefined): void {
  if (value !== undefined) span.style.setProperty(property, typeof value === "number" ? `var(--ansi-${value})` : value);
}
