/** A submission's own page: the live result, and the difference to another attempt. */

import "../styles/results.scss";
import { drawStrip } from "../shared/attempts";
import { hueOf, type Attempt, type Result } from "../shared/data";
import { find, pageData } from "../shared/dom";
import type { Files } from "../shared/files";
import { follow } from "../shared/live";
import type { Place } from "../shared/places";
import { Progress } from "../shared/progress";
import { drawVerdict, headline } from "../shared/results";
import { drawDifference } from "../shared/table";

interface Data {
  result: Result;
  files: Files;
  attempts: Attempt[];
  against: { files: Files } | null;
}

const data = pageData("submission-data") as Data;
const state = find("#state");

const going = {
  known: (file: string) => file in data.files,
  go: ({ file, line }: Place) => {
    for (const marked of document.querySelectorAll("tr.marked")) marked.classList.remove("marked");
    const row = document.getElementById(`${file}-${line}`);
    row?.classList.add("marked");
    row?.scrollIntoView({ block: "center" });
  },
};
const compiled = Object.keys(data.files).some((name) => name.endsWith(".go"));
const progress = new Progress(find("#result-live"), going, (words) => state.replaceChildren(drawVerdict("running", words)), compiled);

function done(result: Result): void {
  state.replaceChildren(drawVerdict(hueOf(result.verdict), headline(result)));
}

find("#strip").replaceChildren(drawStrip(data.attempts, data.result.id));
if (data.result.state === "done") {
  progress.take({ type: "state", ...data.result });
  done(data.result);
} else {
  progress.start("Checking the status");
  follow(data.result.id, (message) => {
    progress.take(message);
    if (message.type === "state" && message.state === "done") done(message);
  }, (why) => state.replaceChildren(why));
}

if (data.against) find("#difference").replaceChildren(drawDifference(data.against.files, data.files));
document.querySelector("#against")?.addEventListener("change", (event) => {
  (event.target as HTMLSelectElement).form?.requestSubmit();
});
