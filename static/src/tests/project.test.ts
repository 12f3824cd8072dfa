import { describe, expect, it } from "vitest";
import { othersOf } from "../shared/project";

const REQUIRES = "module m\n\nrequire a.test/b v1.0.0\n";

describe("what a language server is told of modules of others", () => {
  it("is nothing where go.mod requires none", () => {
    expect(othersOf({ "main.go": 'package main\n\nimport "a.test/b"\n' })).toBeNull();
    expect(othersOf({ "go.mod": "module m\n\n// require a.test/b\n", "main.go": "" })).toBeNull();
  });

  it("is go.mod, go.sum, and what may be imported", () => {
    const files = {
      "go.mod": REQUIRES,
      "go.sum": "a.test/b v1.0.0 h1:x=\n",
      "main.go": 'package main\n\nimport (\n\t"fmt"\n\tc "a.test/b/c"\n\t_ "gopkg.in/yaml.v3"\n)\n\nvar _ = fmt.Sprint("a.test/no")\n',
      "x/x.go": 'package x\nimport "a.test/b"\n',
      "x/testdata/y.go": 'package y\nimport "a.test/z"\n',
    };
    expect(othersOf(files)).toEqual({ goMod: REQUIRES, goSum: files["go.sum"], imports: ["a.test/b", "a.test/b/c", "gopkg.in/yaml.v3"] });
  });

  it("has bounds, as the server has", () => {
    const imports = Array.from({ length: 300 }, (_, index) => `import "a.test/p${index}"`).join("\n");
    const told = othersOf({ "go.mod": REQUIRES, "go.sum": "x".repeat(300_000), "main.go": `package main\n${imports}\nimport "a.test/${"x".repeat(400)}"\n` });
    expect(told?.imports).toHaveLength(200);
    expect(told?.goSum).toBe("");
  });
});
