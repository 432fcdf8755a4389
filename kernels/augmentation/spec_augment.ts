import { expectShape, type Gpu, joined, kernel, read, type Tensor, variants, write } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import type { SpecMasks } from "./masks.ts";

const THREADS = 256;

const maskKernel = variants((timeMasks: number, binMasks: number) => {
  const inside = (mask: number, what: string) =>
    `(${what} >= edges[first + ${2 * mask}u] && ${what} < edges[first + ${2 * mask + 1}u])`;
  return kernel(
    `spec_augment ${timeMasks}+${binMasks}`,
    { count: "u32", time: "u32", bins: "u32" },
    { lengths: read("u32"), edges: read("u32"), mel: write() },
    `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }
  let row = i / params.bins;
  let bin = i - row * params.bins;
  let batch = row / params.time;
  let t = row - batch * params.time;
  let first = batch * ${2 * (timeMasks + binMasks)}u;
  let masked = ${joined(timeMasks + binMasks, " || ", (mask) => inside(mask, mask < timeMasks ? "t" : "bin"))};
  if (masked && t < lengths[batch]) { mel[i] = 0.0; }
}`,
  );
});

/**
 * SpecAugment (Park et al. 2019), in place: sets masked frames and bins of mel [B, T, bins] to zero, which is the mean of
 * normalised features. Rows t ≥ lengths[b] stay as they are. Throws a RangeError when the masks are not the batch's.
 */
export function specAugment(gpu: Gpu, mel: Tensor, lengths: Lengths, { timeMasks, binMasks, edges }: SpecMasks): void {
  const batch = lengths.host.length;
  expectShape(`specAugment with ${batch} lengths`, mel, [batch, -1, -1]);
  if (edges.length !== batch * 2 * (timeMasks + binMasks)) {
    throw new RangeError(`specAugment: ${edges.length} edges for ${batch} × ${timeMasks + binMasks} masks`);
  }
  if (edges.length === 0) return;
  using _scope = gpu.scope();
  const [, time, bins] = mel.shape;
  const count = batch * time * bins;
  gpu.dispatch(
    maskKernel(timeMasks, binMasks),
    { lengths: lengths.device, edges: gpu.upload(edges), mel },
    { count, time, bins },
    gpu.grid(Math.ceil(count / THREADS)),
  );
}
