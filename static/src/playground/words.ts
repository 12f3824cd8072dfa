/** The arguments and the environment of the program, kept in this browser beside its files. */

import { splitArguments, splitVariables } from "../shared/arguments";
import { find } from "../shared/dom";
import { read, remove, write } from "../shared/store";

const argumentsField = find<HTMLInputElement>("#arguments");
const variablesField = find<HTMLInputElement>("#variables");
const wrong = find("#variables-wrong");
const fold = find<HTMLDetailsElement>(".arguments");

export class Words {
  /** `name` tells under which name the browser keeps the files. */
  constructor(private readonly name: () => string) {
    const words = read(this.key()) as { args?: unknown; env?: unknown } | null;
    if (typeof words?.args === "string") argumentsField.value = words.args;
    if (typeof words?.env === "string") variablesField.value = words.env;
    fold.open = argumentsField.value !== "" || variablesField.value !== "";
    for (const field of [argumentsField, variablesField]) field.addEventListener("input", () => this.keep());
  }

  keep(): void {
    const words = { args: argumentsField.value, env: variablesField.value };
    if (words.args === "" && words.env === "") remove(this.key());
    else write(this.key(), words);
  }

  /** What is written there; null where it says nothing, which the field then explains. */
  read(): { args: string[]; env: Record<string, string> } | null {
    const variables = splitVariables(variablesField.value);
    wrong.textContent = "wrong" in variables ? `${variables.wrong}.` : "";
    if ("wrong" in variables) return null;
    return { args: splitArguments(argumentsField.value), env: variables.env };
  }

  /** Where the field that is wrong can be seen. */
  focus(): void {
    fold.open = true;
    variablesField.focus();
  }

  private key(): string {
    return `${this.name()}:words`;
  }
}
