/** How somebody likes the editor and the pages, kept in this browser; told to all who asked when it changes. */

import { read, write } from "./store";

export const CHOICES = {
  keys: { plain: "VS Code", vim: "Vim", emacs: "Emacs" },
  theme: { system: "System", light: "Light", dark: "Dark" },
  font: { jetbrains: "JetBrains Mono", source: "Source Code Pro", atkinson: "Atkinson Hyperlegible Mono" },
  format: { asked: "Manually", save: "When saving", run: "When saving, running and submitting" },
  screenReader: { auto: "Auto", on: "Always", off: "Never" },
} as const;

type Choices = { -readonly [Name in keyof typeof CHOICES]: keyof (typeof CHOICES)[Name] };

export interface Preferences extends Choices {
  contrast: boolean;
  /** In pixels, as is usual for code. */
  fontSize: number;
  /** How many columns a tab is wide on the screen; the file keeps its tabs. */
  tabWidth: number;
  wrap: boolean;
  minimap: boolean;
}

export const BOUNDS = { fontSize: [10, 28], tabWidth: [1, 8] } as const;

export const USUAL: Preferences = {
  keys: "plain", theme: "system", contrast: false, font: "jetbrains", fontSize: 14, tabWidth: 4,
  wrap: false, minimap: false, screenReader: "auto", format: "asked",
};

/** The script at the head of `templates/frame.html` reads it before the first paint. */
const KEY = "judge:editor";
const FAMILIES: Record<Preferences["font"], string> = {
  jetbrains: "JetBrains Mono Variable",
  source: "Source Code Pro Variable",
  atkinson: "Atkinson Hyperlegible Mono Variable",
};
const listeners = new Set<(now: Preferences) => void>();
let current = checked(read(KEY));

/** What was kept may be from another version, or somebody else's: each value is looked at. */
export function checked(kept: unknown): Preferences {
  const result: Record<string, unknown> = { ...USUAL };
  if (typeof kept !== "object" || kept === null) return { ...USUAL };
  for (const [name, value] of Object.entries(kept)) {
    if (name in CHOICES ? Object.hasOwn(CHOICES[name as keyof typeof CHOICES], String(value))
      : name in BOUNDS ? within(value, BOUNDS[name as keyof typeof BOUNDS])
        : name in USUAL && typeof value === "boolean") result[name] = value;
  }
  return result as unknown as Preferences;
}

export function within(value: unknown, [least, most]: readonly [number, number]): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

export function preferences(): Preferences {
  return current;
}

/** Whether this browser keeps it; it holds for this page all the same. */
export function prefer(changes: Partial<Preferences>): boolean {
  current = { ...current, ...changes };
  const kept = write(KEY, current);
  tell();
  return kept;
}

/** Calls now, and again after each change, here or in another tab. */
export function heed(listener: (now: Preferences) => void): void {
  listeners.add(listener);
  listener(current);
}

export function unheed(listener: (now: Preferences) => void): void {
  listeners.delete(listener);
}

export function lineHeight(): number {
  return Math.round(current.fontSize * 1.57);
}

export function family(): string {
  return `"${FAMILIES[current.font]}", ui-monospace, "Liberation Mono", monospace`;
}

/** Fonts arrive after they are asked for; whoever measures letters does it then. */
export async function fontLoaded(): Promise<void> {
  await document.fonts.load(`${current.fontSize}px "${FAMILIES[current.font]}"`);
}

function tell(): void {
  dress();
  for (const listener of listeners) listener(current);
}

/** The page's own colours, and the measures of the plain editor. */
function dress(): void {
  const { dataset, style } = document.documentElement;
  dataset.theme = current.theme;
  dataset.contrast = current.contrast ? "more" : "usual";
  style.setProperty("--editor-font", family());
  style.setProperty("--editor-size", `${current.fontSize}px`);
  style.setProperty("--editor-line", `${lineHeight()}px`);
  style.setProperty("--editor-tab", String(current.tabWidth));
  style.setProperty("--editor-wrap", current.wrap ? "pre-wrap" : "pre");
}

if (typeof window !== "undefined") {
  dress();
  window.addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    current = checked(read(KEY));
    tell();
  });
}
