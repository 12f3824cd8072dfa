import { describe, expect, it } from "vitest";
import { suggest, type Suggestion } from "../shared/suggest";

const at = (text: string): Suggestion[] => {
  const before = text.slice(0, text.indexOf("|"));
  const whole = text.replace("|", "");
  return suggest(before, whole, whole);
};
const labels = (text: string): string[] => at(text).map(({ label }) => label);

describe("what is completed without gopls", () => {
  it("knows keywords, what is predeclared, and names that occur", () => {
    const found = labels("package a\n\nvar quantity int\n\nfunc f() {\n\t|");
    expect(found).toEqual(expect.arrayContaining(["func", "append", "quantity"]));
  });

  it("leaves out the word that is being typed", () => {
    expect(labels("package a\n\nvar x = quanti|")).not.toContain("quanti");
  });

  it("offers a package with its import", () => {
    const strings = at("package a\n\nvar x = str|").find(({ label }) => label === "strings");
    expect(strings?.importAt).toEqual({ line: 2, text: '\nimport "strings"\n' });
  });

  it("puts the import into a block that is there", () => {
    const strings = at('package a\n\nimport (\n\t"fmt"\n)\n\nvar x = str|').find(({ label }) => label === "strings");
    expect(strings?.importAt).toEqual({ line: 4, text: '\t"strings"\n' });
  });

  it("offers paths after an import's quote", () => {
    expect(labels('package a\n\nimport "|')).toContain("encoding/json");
    const json = at('package a\n\nimport (\n\t"fmt"\n\t"encoding/|').find(({ label }) => label === "encoding/json");
    expect(json?.insert).toBe("json");
  });

  it("keeps still after a dot, in comments and in strings", () => {
    for (const text of ["package a\n\nvar x = fmt.Pr|", "package a\n\n// hel|", 'package a\n\nvar x = "hel|']) {
      expect(at(text)).toEqual([]);
    }
  });

  it("goes on after a string that has ended", () => {
    expect(labels('package a\n\nvar x = f("// no", le|')).toContain("len");
  });
});
