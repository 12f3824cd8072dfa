/** What the server tells the playground's page. */

import { pageData } from "../shared/dom";
import type { Files } from "../shared/files";
import type { Snippet } from "../shared/snippet";

export interface Data {
  /** Under which name the browser keeps what was changed here. */
  key: string;
  files: Files;
  language: string;
  /** How the names of its files may end. */
  extensions: string[];
  /** Finds the names of its files of tests; "" for Go, which is known here. */
  tests: string;
  title?: string;
  signedIn: boolean;
  snippet?: Snippet & { shown: number };
  /** The go.mod of a program that gets its first folder. */
  goMod: string;
  /** Whether code is checked by the server while it is typed. */
  checks: boolean;
  /** Whether repositories can be imported. */
  imports: boolean;
  /** Whether modules of others can be had. */
  modules: boolean;
}

export const data = pageData("play-data") as Data;
