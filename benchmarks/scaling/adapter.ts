import type { AdapterDescription, BackendName } from "../../kernels/gpu/mod.ts";
import { type ChildEnd, lastWords, runChild } from "../harness/child.ts";
import { NotMeasuredError } from "../harness/errors.ts";

/** What probe_adapter.ts says. */
export interface ProbeResult {
  readonly adapter: AdapterDescription | null;
  /** Why there is none, where the implementation itself does not load. */
  readonly reason: string | null;
}

const INSTALL = "install the GPU's Vulkan driver, or Mesa's software one " +
  "(Debian: apt-get install mesa-vulkan-drivers libvulkan1), then run `deno task doctor`";

/** A driver that has not answered by then never will. */
const DEADLINE_SECONDS = 60;

/**
 * The adapter that children will measure on; null when interrupted. Throws NotMeasuredError where there is none.
 *
 * @param script The program that looks: probe_adapter.ts, or a stand-in for it in tests.
 */
export async function findAdapter(
  script: string,
  gpu: BackendName,
  interrupt: AbortSignal,
): Promise<AdapterDescription | null> {
  let result: ProbeResult | null = null;
  const end = await runChild(
    script,
    flagsFor(gpu),
    gpu,
    (line) => result = line.startsWith("{") ? JSON.parse(line) as ProbeResult : result,
    DEADLINE_SECONDS,
    interrupt,
  );
  return end.stopped === "interrupt" || end.signal === "SIGINT" ? null : adapterOf(result, gpu, end);
}

function adapterOf(result: ProbeResult | null, gpu: BackendName, end: ChildEnd): AdapterDescription {
  if (result === null) {
    const reason = end.stopped === "deadline"
      ? "the driver does not answer"
      : lastWords(end) ?? `exit code ${end.code}`;
    throw new NotMeasuredError(`looking for a WebGPU adapter failed: ${reason}; run \`deno task doctor\``);
  }
  if (result.adapter !== null) return result.adapter;
  const other = gpu === "dawn" ? ", or use --gpu deno" : "";
  throw new NotMeasuredError(result.reason ?? `no WebGPU adapter: ${INSTALL}${other}`);
}

/** Permissions of a child for a WebGPU implementation: Dawn is a native library, Deno's own needs none. */
export function flagsFor(gpu: BackendName): readonly string[] {
  return gpu === "dawn" ? ["--allow-ffi"] : [];
}

/** Whether nvidia-smi's figures are about this adapter; 0x10de, or 4318, is NVIDIA's number on PCI. */
export function isNvidia({ vendor, description, device, isSoftware }: AdapterDescription): boolean {
  return !isSoftware && /nvidia|geforce|\b(0x10de|4318)\b/i.test(`${vendor} ${device} ${description}`);
}
