/** Typesets the math of a statement; KaTeX is loaded only where there is some. */

export async function typeset(root: ParentNode): Promise<void> {
  const formulas = [...root.querySelectorAll<HTMLElement>(".math")];
  if (formulas.length === 0) return;
  const [{ default: katex }] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
  for (const formula of formulas) {
    const displayMode = formula.classList.contains("block") || formula.tagName === "DIV";
    const length = formula.textContent.length;
    katex.render(formula.textContent, formula, { displayMode, throwOnError: false, strict: "ignore" });
    if (!displayMode && length < LONGEST_UNBROKEN) keepPunctuation(formula);
  }
}

const LONGEST_UNBROKEN = 40;

/** No line begins with the comma that follows a formula. */
function keepPunctuation(formula: HTMLElement): void {
  const next = formula.nextSibling;
  const sign = next instanceof Text ? /^[,.;:!?)]+/.exec(next.data)?.[0] : undefined;
  if (!(next instanceof Text) || sign === undefined) return;
  next.data = next.data.slice(sign.length);
  const span = document.createElement("span");
  span.className = "nowrap";
  formula.before(span);
  span.append(formula, sign);
}
