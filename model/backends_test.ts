import { fileURLToPath } from "node:url";
import { assertClose } from "../kernels/testing/mod.ts";

const script = fileURLToPath(new URL("./encode_on_backend.ts", import.meta.url));

async function encodeOn(backend: "deno" | "dawn"): Promise<{ memories?: number[][]; problem: string }> {
  const permissions = backend === "dawn" ? ["--allow-ffi"] : [];
  const { stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "--quiet", "--no-prompt", ...permissions, script, backend],
  }).output();
  const [text, problem] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  return { ...(text.startsWith("[[") ? { memories: JSON.parse(text) } : {}), problem };
}

const dawn = await encodeOn("dawn");
const name = "encoders give the same on Deno's WebGPU as on Dawn";
// Only for want of Dawn or of an adapter: a crash or a kernel that it refuses is a failure.
const unavailable = dawn.problem.match(/GpuError: (no WebGPU adapter.*|Dawn (?:takes no|does not load).*)/)?.[1];
if (unavailable) console.log(`skipped: ${name}: ${unavailable}`);

Deno.test({
  name,
  ignore: unavailable !== undefined,
  async fn() {
    if (!dawn.memories) throw new Error(`on Dawn: ${dawn.problem}`);
    const { memories, problem } = await encodeOn("deno");
    if (!memories) throw new Error(`on Deno's WebGPU: ${problem}`);
    memories.forEach((memory, i) => assertClose(dawn.memories![i], memory, 3e-6, `model ${i}`));
  },
});
