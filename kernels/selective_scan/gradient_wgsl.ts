import { joined, unroll } from "../gpu/mod.ts";
import type { GradientVariant } from "./gradient_kernel.ts";
import { putGradient } from "./gradient_places.ts";

/** Steps whose sums over the workgroup's channels are made at once: then each invocation has exactly one of them. */
const stepsAtOnce = ({ channels }: GradientVariant): number => channels / 8;

/**
 * Workgroup memory. Where an index is known only at run time naga clamps it, so arrays have a dimension for each index that
 * unrolling leaves: what remains at run time is the same for all unrolled accesses and clamped once.
 */
export function declare(v: GradientVariant): string {
  const { channels, quads, sub, tile } = v;
  const steps = stepsAtOnce(v);
  const perStep = (type: string): string => `array<array<${type}, ${sub}>, ${tile / sub}>`;
  const perQuad = (type: string): string => `array<array<array<${type}, ${channels}>, ${quads}>, ${steps}>`;
  return `
var<workgroup> moves: ${perStep(`array<vec2f, ${channels}>`)}; // Δ and Δ u; zero behind the last step
var<workgroup> pulls: ${perStep(`array<f32, ${channels}>`)}; // gradient of the ungated output, likewise
var<workgroup> b_and_c: ${perStep(`array<array<vec4f, 2>, ${quads}>`)};
// What each channel adds to the gradients of B and C; one more column keeps the lines in different banks.
var<workgroup> products: array<array<array<vec4f, ${channels + 1}>, ${quads}>, ${2 * steps}>;
var<workgroup> dots: ${perQuad("vec2f")}; // what each quad adds to the gradients of Δ u and Δ
${v.gated ? `var<workgroup> reads: ${perQuad("f32")}; // and to C · h` : ""}`;
}

/** Brings the tile's steps into workgroup memory. */
export function stage(v: GradientVariant): string {
  const { channels, quads, sub, tile } = v;
  const threads = channels * quads;
  const step = (round: number): string => `
  {
    let step = q + ${round * quads}u;
    if (step < ${tile}u) {
      let s = at + step;
      let row = first_row + min(s, end - 1u) * by;
      let used = mine && s < end;
      let dt = softplus(delta[row * params.delta_stride + params.delta_at + d] + bias);
      var pull = dy[row * params.channels + d];
      ${v.gated ? "let gate = z[row * params.z_stride + params.z_at + d]; pull *= gate * sigmoid(gate);" : ""}
      let moved = vec2f(dt, dt * u[row * params.u_stride + params.u_at + d]);
      moves[step / ${sub}u][step % ${sub}u][lane] = select(vec2f(), moved, used);
      pulls[step / ${sub}u][step % ${sub}u][lane] = select(0.0, pull, used);
    }
  }`;
  const quad = (name: string): string =>
    `vec4f(${joined(4, ", ", (i) => `${name}[row * params.${name}_stride + params.${name}_at + quad * 4u + ${i}u]`)})`;
  const matrices = (round: number): string => `
  {
    let step = (local + ${round * threads}u) / ${quads}u;
    let quad = (local + ${round * threads}u) % ${quads}u;
    if (step < ${tile}u) {
      let row = first_row + min(at + step, end - 1u) * by;
      b_and_c[step / ${sub}u][step % ${sub}u][quad][0] = ${quad("b")};
      b_and_c[step / ${sub}u][step % ${sub}u][quad][1] = ${quad("c")};
    }
  }`;
  return unroll(Math.ceil(tile / quads), step) + unroll(Math.ceil(tile * quads / threads), matrices);
}

/**
 * From `start` over the tile's steps: declares kept1 …, the states before its later parts of `sub` steps. Written out, since
 * a loop would have to choose among them in each turn.
 */
export function walkFromTile({ sub, tile }: GradientVariant): string {
  return unroll(tile / sub - 1, (part) => `
  var kept${part + 1} = ${part === 0 ? "start" : `kept${part}`};
  if (subs > ${part + 1}u) {
    ${
    unroll(sub, (i) =>
      `{
      let moved = moves[${part}][${i}][lane];
      kept${part + 1} = fma(exp2(moved.x * rates), kept${part + 1}, moved.y * b_and_c[${part}][${i}][q][0]);
    }`)
  }
  }`);
}

/** Declares the states h0 … and decays a0 … of the part's steps, and `before`, the state before them. */
export function forwardAgain({ sub, tile }: GradientVariant): string {
  return `
  var before = start;
  ${unroll(tile / sub - 1, (i) => `if (sub == ${i + 1}u) { before = kept${i + 1}; }`)}
  ${
    unroll(sub, (i) => `
  let moved${i} = moves[sub][${i}][lane];
  let a${i} = exp2(moved${i}.x * rates);
  let h${i} = fma(a${i}, ${i === 0 ? "before" : `h${i - 1}`}, moved${i}.y * b_and_c[sub][${i}][q][0]);`)
  }`;
}

/** Goes back over the part's steps, a few at a time: their products, then sums of these by other invocations. */
export function back(v: GradientVariant): string {
  const steps = stepsAtOnce(v);
  return Array.from({ length: v.sub / steps }, (_, i) => i * steps).reverse().map((first) => `
  {
    ${unroll(Math.ceil(steps / v.quads), (round) => loadAhead(v, first, round))}
    ${Array.from({ length: steps }, (_, i) => stepBack(v, first + steps - 1 - i, steps - 1 - i)).join("\n")}
    workgroupBarrier();
    ${sumOverChannels(v, first)}
    ${unroll(Math.ceil(steps / v.quads), (round) => finishSteps(v, first, round))}
    workgroupBarrier();
  }`).join("\n");
}

/** Step i of the part, the j-th of those summed at once. */
function stepBack({ gated }: GradientVariant, i: number, j: number): string {
  return `{
    let moved = moves[sub][${i}][lane];
    let pull = pulls[sub][${i}][lane];
    let b_quad = b_and_c[sub][${i}][q][0];
    let c_quad = b_and_c[sub][${i}][q][1];
    g = fma(vec4f(pull), c_quad, g);
    products[${2 * j}][q][lane] = moved.y * g;
    products[${2 * j + 1}][q][lane] = pull * h${i};
    let decayed = g * (a${i} * ${i === 0 ? "before" : `h${i - 1}`});
    rates_gradient = fma(vec4f(moved.x), decayed, rates_gradient);
    dots[${j}][q][lane] = vec2f(dot(g, b_quad), dot(decayed, rates));
    ${gated ? `reads[${j}][q][lane] = dot(h${i}, c_quad);` : ""}
    g *= a${i};
  }`;
}

/** One sum over the workgroup's channels an invocation, to `partials` as [D / channels, B L, 2, N]. */
function sumOverChannels({ channels, quads, sub }: GradientVariant, first: number): string {
  return `{
    ${unroll(4, (k) => `var sum${k} = products[sum_line][sum_quad][${k}][sum_part];`)}
    ${unroll(channels - 4, (k) => `sum${k % 4} += products[sum_line][sum_quad][${k + 4}][sum_part];`)}
    let s = at + sub * ${sub}u + ${first}u + sum_line / 2u;
    if (s < end) {
      let row = first_row + s * by;
      partials[((slab * params.rows + row) * 2u + sum_line % 2u) * ${4 * quads}u + sum_quad * 4u + sum_part] =
        (sum0 + sum1) + (sum2 + sum3);
    }
  }`;
}

/** Loads of a step and channel that this invocation finishes, issued before the steps whose end they wait for. */
function loadAhead({ gated, quads, sub }: GradientVariant, first: number, round: number): string {
  return `
  let turn${round} = q + ${round * quads}u;
  let step${round} = at + sub * ${sub}u + ${first}u + turn${round};
  let row${round} = first_row + min(step${round}, end - 1u) * by;
  let u${round} = u[row${round} * params.u_stride + params.u_at + d];
  let raw${round} = delta[row${round} * params.delta_stride + params.delta_at + d] + bias;
  ${
    gated
      ? `let gate${round} = z[row${round} * params.z_stride + params.z_at + d];
  let dy${round} = dy[row${round} * params.channels + d];`
      : ""
  }`;
}

/** The gradients of u, delta and z of a step and channel, summed over the quads. */
function finishSteps({ placing, channels, quads, gated }: GradientVariant, first: number, round: number): string {
  const sum = (name: string): string => joined(quads, " + ", (k) => `${name}[turn${round}][${k}][lane]`);
  const put = (name: string, value: string): string => putGradient(placing, name, `row${round}`, "d", value);
  return `if (turn${round} < ${channels / 8}u && step${round} < end && mine) {
    let moved = moves[sub][${first}u + turn${round}][lane];
    let pull = pulls[sub][${first}u + turn${round}][lane];
    let through = ${sum("dots")};
    let step_gradient = fma(u${round}, through.x, 0.6931471805599453 * through.y) * sigmoid(raw${round});
    own += vec2f(pull * u${round}, step_gradient);
    ${put("du", `fma(moved.x, through.x, skipped * pull)`)}
    ${put("ddelta", "step_gradient")}
    ${
    gated && placing.dz !== undefined
      ? `let open = sigmoid(gate${round});
    let ungated = fma(skipped, u${round}, ${sum("reads")});
    ${put("dz", `dy${round} * ungated * open * (1.0 + gate${round} * (1.0 - open))`)}`
      : ""
  }
  }`;
}

/** The chunk's part of the weights' gradients, to `partials` as [B chunks, [N / 4, D, 4] and [D, 2] padded to 4]. */
export function keepWeights({ quads }: GradientVariant): string {
  return `
  dots[0][q][lane] = own;
  workgroupBarrier();
  if (mine) {
    let part = params.weights_at + (flat / params.across) * (4u * (${quads}u * params.channels + (params.channels + 1u) / 2u));
    let rates_at = part + (q * params.channels + d) * 4u;
    // With a rate a = A log₂e, the gradient of log(−A) is A times that of A, which is what the decays' share of Δ gives.
    let total = 0.6931471805599453 * rates * rates_gradient;
    ${unroll(4, (i) => `partials[rates_at + ${i}u] = total[${i}];`)}
    if (q == 0u) {
      let sum = ${joined(quads, " + ", (k) => `dots[0][${k}][lane]`)};
      let own_at = part + ${4 * quads}u * params.channels + 2u * d;
      partials[own_at] = sum.x;
      partials[own_at + 1u] = sum.y;
    }
  }`;
}
