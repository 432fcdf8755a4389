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
if (!dawn.memories) {
  const reason = dawn.problem.match(/GpuError: (.*)/)?.[1] ?? dawn.problem.split("\n").at(-1);
  console.log(`skipped: ${name}: ${reason}`);
}

Deno.test({
  name,
  ignore: !dawn.memories,
  async fn() {
    const { memories, problem } = await encodeOn("deno");
    if (!memories) throw new Error(problem);
    memories.forEach((memory, i) => assertClose(dawn.memories![i], memory, 3e-6, `model ${i}`));
  },
});
