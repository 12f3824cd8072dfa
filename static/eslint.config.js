import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Everything a page shows may come from students: elements are made with textContent.
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Build elements with shared/dom.ts." },
        { property: "outerHTML", message: "Build elements with shared/dom.ts." },
        { property: "insertAdjacentHTML", message: "Build elements with shared/dom.ts." },
      ],
      // Numbers read well in templates: `${count} tests`.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `onclick: () => save()` is how handlers are written here.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      eqeqeq: "error",
    },
  },
  { files: ["**/*.js"], ...tseslint.configs.disableTypeChecked },
);
