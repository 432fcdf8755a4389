/**
 * Stands in for timing/child.ts: answers at once, by the name of the version's folder. `slow` is a fifth slower, `noisy`
 * is three times as slow and as fast by turns (by the pair's number, which stands in its folder), `broken` says that it fails, `dying` dies, `later` fails in its third process, `hanging`
 * never answers, and what is `older` has no layer_norm.
 */
import type { SampleAnswer, SampleRequest } from "../timing/protocol.ts";

const { root, names, samples, launches } = JSON.parse(Deno.args[0]) as SampleRequest;
const kind = root.split("/").at(-1)!;
if (kind === "hanging") await new Promise((resolve) => setTimeout(resolve, 60_000));
if (kind === "dying") throw new Error("the driver took it along");
const fails = kind === "broken" || (kind === "later" && Object.keys(launches).length > 0);
const missing = kind === "older" ? { layer_norm: "no such benchmark" } : {};
const odd = kind === "noisy" && Number(await Deno.readTextFile(`${root}/pair`)) % 2 === 1;
const factor = kind === "slow" ? 1.2 : kind !== "noisy" ? 1 : odd ? 3 : 1 / 3;
const seconds = (): number => factor * (1 + 0.01 * Math.random());
const answer: SampleAnswer = fails ? { failed: "a kernel does not compile" } : {
  adapter: {
    backend: "deno",
    vendor: "",
    architecture: "",
    device: "",
    description: "none",
    isSoftware: true,
  },
  clock: "processor",
  sampled: names.filter((name) => !(name in missing)).map((name) => (
    { name, launches: 10, seconds: Array.from({ length: samples }, seconds) }
  )),
  missing,
};
console.log("a library may print what it likes");
console.log(JSON.stringify(answer));
