/** Typesets the math of a statement; KaTeX is loaded only where there is some. */

export async function typeset(root: ParentNode): Promise<void> {
  const formulas = [...root.querySelectorAll<HTMLElement>(".math")];
  if (formulas.length === 0) return;
  const [{ default: katex }] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
  for (const formula of formulas) {
    const displayMode = formula.classList.contains("block") || formula.tagName === "DIV";
    katex.render(formula.textContent, formula, { displayMode, throwOnError: false, strict: "ignore" });
  }
}
