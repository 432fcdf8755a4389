import { expectShape, type Gpu, kernel, read, type Tensor, write } from "../gpu/mod.ts";

const THREADS = 64;

const storeKernel = kernel(
  "store_token",
  { batch: "u32", time: "u32", position: "u32", eos: "u32" },
  { token: read("u32"), tokens: write("u32") },
  `
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.batch) { return; }
  let at = id.x * params.time + params.position;
  var next = token[id.x];
  if (params.position > 0u) {
    if (tokens[at - 1u] == params.eos) { next = params.eos; }
  }
  tokens[at] = next;
}`,
);

/**
 * Writes each sequence's chosen token to column `position` of tokens u32 [B, T], in place; token u32 [B]. A sequence whose
 * column before holds `eos` has ended, and gets `eos` again: so a whole greedy decoding is recorded without reading
 * anything back, and a prompt must not end in `eos`. Throws a RangeError when the shapes do not fit.
 */
export function storeToken(gpu: Gpu, token: Tensor, tokens: Tensor, position: number, eos: number): void {
  expectShape("storeToken's tokens", tokens, [-1, -1]);
  const [batch, time] = tokens.shape;
  expectShape("storeToken's token", token, [batch]);
  if (token.type !== "u32" || tokens.type !== "u32") throw new RangeError("storeToken: tokens must be u32");
  if (!(Number.isInteger(position) && position >= 0 && position < time)) {
    throw new RangeError(`storeToken: there is no column ${position} in ${time}`);
  }
  gpu.dispatch(storeKernel, { token, tokens }, { batch, time, position, eos }, gpu.grid(Math.ceil(batch / THREADS)));
}
