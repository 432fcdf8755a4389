import { type Binding, type Kernel, kernel, read, unroll, variants, write } from "../gpu/mod.ts";
import { CHUNK_PARAMS, loadTile, startMoving } from "./chunk_kernel.ts";
import { loadRates, SILU, SOFTPLUS } from "./scan_wgsl.ts";

/** What is baked into the text of an adjoint kernel. */
export interface AdjointVariant {
  /** A quarter of the number of states. */
  readonly quads: number;
  readonly threads: number;
  readonly tile: number;
  readonly unrolled: number;
  readonly ragged: boolean;
  readonly gated: boolean;
}

/**
 * What each chunk's own steps add to the gradient of the state at its start, Σ_t exp(A Σ_{s ≤ t} Δ_s) C_t do_t, and the
 * chunk's Σ Δ: what `carryKernel` takes, which is why chunks are kept last first. One channel an invocation.
 */
export function adjointKernel(variant: AdjointVariant): Kernel<typeof CHUNK_PARAMS, Record<string, Binding>> {
  return made(JSON.stringify(variant));
}

const made = variants((key: string) => {
  const v: AdjointVariant = JSON.parse(key);
  const options = [v.ragged && "ragged", v.gated && "gated"].filter((o) => o);
  const name = ["selective_scan adjoint", `N${4 * v.quads} ${v.threads}x${v.tile}x${v.unrolled}`, ...options].join(" ");
  const bindings = {
    delta: read(),
    dy: read(),
    c: read(),
    a_log: read("vec4f"),
    dt_bias: read(),
    states: write("vec4f"),
    sums: write(),
    ...(v.ragged ? { lengths: read("u32") } : {}),
    ...(v.gated ? { z: read() } : {}),
  } as Record<string, Binding>;
  return kernel(name, CHUNK_PARAMS, bindings, body(v));
});

function body(v: AdjointVariant): string {
  const moving = v.gated ? ["delta", "dy", "z"] : ["delta", "dy"];
  const pull = (i: number): string => v.gated ? `dy${i} * silu(z${i})` : `dy${i}`;
  return `${SOFTPLUS}${v.gated ? SILU : ""}
var<workgroup> c_tile: array<vec4f, ${v.tile * v.quads}>;
@compute @workgroup_size(${v.threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  if (flat >= params.groups) { return; }
  let batch = flat / params.across / params.taken;
  let from_last = flat / params.across % params.taken;
  let part = batch * params.chunks + from_last;
  let channel = (flat % params.across) * ${v.threads}u + local;
  let mine = channel < params.channels;
  let d = min(channel, params.channels - 1u);
  let valid = ${v.ragged ? "min(lengths[batch], params.length)" : "params.length"};
  let begin = (params.chunks - 1u - from_last) * params.chunk;
  let end = min(begin + params.chunk, valid);
  let row0 = batch * params.length;
  let first_row = select(row0, row0 + valid - 1u, params.reverse == 1u);
  let by = select(1u, 0xffffffffu, params.reverse == 1u);
  ${loadRates(v.quads)}
  let bias = dt_bias[d];
  var sum = 0.0;
  ${unroll(v.quads, (j) => `var g${j} = vec4f();`)}
  let begin_row = first_row + begin * by;
  ${moving.map(startMoving).join("\n")}
  for (var at = begin; at < end; at += ${v.tile}u) {
    workgroupBarrier();
    ${loadTile(v, ["c"])}
    workgroupBarrier();
    let stop = min(end - at, ${v.tile}u);
    for (var k = 0u; k < stop; k += ${v.unrolled}u) {
      ${
    unroll(v.unrolled, (i) =>
      moving.map((name) =>
        `let ${name}${i} = ${name}[${name}_i + ${i}u * ${name}_by];`
      ).join("\n"))
  }
      ${
    unroll(v.unrolled, (i) => `
      let inside${i} = k + ${i}u < stop;
      sum += select(0.0, softplus(delta${i} + bias), inside${i});
      let pull${i} = select(0.0, ${pull(i)}, inside${i});
      ${
      unroll(v.quads, (j) =>
        `g${j} = fma(exp2(sum * a${j}), pull${i} * c_tile[(k + ${i}u) * ${v.quads}u + ${j}u], g${j});`)
    }`)
  }
      ${moving.map((name) => `${name}_i += ${v.unrolled}u * ${name}_by;`).join("\n")}
    }
  }
  if (mine) {
    ${unroll(v.quads, (j) => `states[(part * ${v.quads}u + ${j}u) * params.channels + d] = g${j};`)}
    sums[part * params.channels + d] = sum;
  }
}`;
}
