/** Stands in for prepare_weights.ts in tests: the path says what comes of it. */
import type { WeightsEvent, WeightsRequest } from "../weights.ts";

const { weights } = JSON.parse(Deno.args[0]) as WeightsRequest;

function say(event: WeightsEvent): void {
  console.log(JSON.stringify(event));
}

console.log("a library's own chatter");
say({ event: "notice", line: "this takes a while" });
if (weights.includes("crash")) throw new Error("it broke");
if (weights.includes("refuse")) say({ event: "refused", reason: `${weights}: are no weights; give others` });
else if (weights.includes("unavailable")) say({ event: "unavailable", reason: "there is no network; connect to one" });
else {
  // The same name, other weights: as a file that was trained further.
  const sha256 = (weights.includes("further") ? "b" : "a").repeat(64);
  say({ event: "weights", path: weights, name: "trained", sha256 });
}
