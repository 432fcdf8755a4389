import { describe, expectShape, type Gpu, kernel, read, type Tensor, write } from "../gpu/mod.ts";
import { type Lengths, lengths as makeLengths } from "../lengths.ts";
import { pcg, PCG_WGSL, SECOND_DRAW } from "./random.ts";

/** What happens to each sequence of a batch; a number each. */
export interface Perturbation {
  /** Factor of tempo and pitch, 0.25 … 4: 1.1 makes speech faster, higher and shorter. */
  readonly speed: readonly number[];
  /** Factor of the samples. */
  readonly gain: readonly number[];
  /** Deviation of the white noise that is added after the gain; 0 for none. */
  readonly noise: readonly number[];
  /** What the noise follows from: a 32-bit integer. */
  readonly seed: readonly number[];
}

/** Zero crossings of the interpolating sinc on either side. */
export const ZEROS = 16;

const SLOWEST = 0.25;
const FASTEST = 4;
const THREADS = 256;

/** u32 a sequence in the kernel's table. */
const FIELDS = 8;

const perturbKernel = kernel(
  "perturb samples",
  { width: "u32", outWidth: "u32" },
  { samples: read("u32"), table: read("u32"), y: write() },
  `
${PCG_WGSL}
const PI = 3.14159265359;

/// sin πr for |r| ≤ 1/2, to 1e-7: the built-in one may be off by 5e-4, and by more at large arguments.
fn sinPi(r: f32) -> f32 {
  let z = r * r;
  return r * (PI + z * (-5.16771278 + z * (2.55016404 + z * (-0.599264529 + z * (0.0821458866 - z * 0.00737043095)))));
}

/// Upper half of the 64-bit product.
fn highProduct(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu; let ah = a >> 16u;
  let bl = b & 0xffffu; let bh = b >> 16u;
  let low = al * bl;
  let middle = ah * bl + (low >> 16u);
  let other = al * bh + (middle & 0xffffu);
  return ah * bh + (middle >> 16u) + (other >> 16u);
}

/// A standard normal number (Box and Muller 1958).
fn normal(key: u32, index: u32) -> f32 {
  let a = pcg(key ^ pcg(index));
  let b = pcg(a ^ ${SECOND_DRAW}u);
  let radius = sqrt(max(0.0, -2.0 * log((f32(a >> 8u) + 1.0) / 16777216.0)));
  return -radius * sinPi(0.5 - abs(f32(b >> 8u) / 8388608.0 - 1.0)); // cos 2πu = −cos π(2u − 1)
}

/// A sample of 16 bits, of which each word holds two.
fn sampleAt(i: i32) -> f32 {
  return f32(extractBits(bitcast<i32>(samples[i >> 1u]), 16u * u32(i & 1), 16u)) / 32768.0;
}

@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let i = id.x;
  if (i >= params.outWidth) { return; }
  let row = ${FIELDS}u * group.y;
  let length = i32(table[row]);
  let key = table[row + 7u];
  let noise = bitcast<f32>(table[row + 6u]);
  var sample = 0.0;
  if (i < table[row + 1u]) {
    // Position i · speed as whole samples and 2⁻³² of one: a float32 is a multiple of 1/32 sample after 20 s.
    let whole = i32(i * table[row + 2u] + highProduct(i, table[row + 3u]));
    let phase = f32(i * table[row + 3u]) / 4294967296.0;
    let cutoff = bitcast<f32>(table[row + 4u]);
    let reach = i32(ceil(${ZEROS}.0 / cutoff));
    let start = i32(group.y * params.width);
    var sum = 0.0;
    for (var j = max(0, whole - reach); j < min(length, whole + reach + 2); j++) {
      let u = cutoff * (f32(j - whole) - phase);
      let crossing = round(u);
      let sine = sinPi(u - crossing) * (1.0 - 2.0 * f32(i32(crossing) & 1));
      var sinc = 1.0;
      if (abs(u) > 1.0e-6) { sinc = sine / (PI * u); }
      let hann = 0.5 + 0.5 * sinPi(0.5 - min(1.0, abs(u) / ${ZEROS}.0));
      sum += sampleAt(start + j) * sinc * hann;
    }
    sample = cutoff * sum * bitcast<f32>(table[row + 5u]);
    if (noise != 0.0) { sample += noise * normal(key, i); }
  }
  y[group.y * params.outWidth + i] = sample;
}`,
);

/** Samples that so many become at a speed. */
export function perturbedLength(length: number, speed: number): number {
  return Math.floor(length / speed);
}

/**
 * Speed perturbation (Ko et al. 2015), gain and noise: samples of 16 bits → [B, outWidth], where 1 is full scale, and their
 * lengths ⌊length / speed⌋, the rest zero. u32 [B, S / 2] holds two samples a word, the earlier one in the low half, as an
 * Int16Array lies in memory: half the transfer of float32. Output i is the input at i · speed, by a sinc of 16 zero crossings a side under a Hann window, low-passed to
 * min(1, 1 / speed) of the bandwidth. Input padding is not read: what lies outside a sequence counts as silence.
 *
 * Throws a RangeError when a list is not of B numbers in their range, or a sequence would not fit into outWidth.
 */
export function perturb(
  gpu: Gpu,
  samples: Tensor,
  lengths: Lengths,
  how: Perturbation,
  outWidth: number,
): { samples: Tensor; lengths: Lengths } {
  const batch = lengths.host.length;
  expectShape(`perturb with ${batch} lengths`, samples, [batch, -1]);
  check(how, batch);
  const out = lengths.host.map((length, b) => perturbedLength(length, how.speed[b]));
  const longest = Math.max(0, ...out);
  if (longest > outWidth) {
    throw new RangeError(`perturb: ${describe(samples)} grows to ${longest} samples, more than ${outWidth}`);
  }
  using scope = gpu.scope();
  const table = new Uint32Array(FIELDS * batch);
  const floats = new Float32Array(table.buffer);
  for (let b = 0; b < batch; b++) {
    const { whole, fraction } = fixedPoint(how.speed[b]);
    table.set([lengths.host[b], out[b], whole, fraction], FIELDS * b);
    floats.set([Math.min(1, 1 / how.speed[b]), how.gain[b], how.noise[b]], FIELDS * b + 4);
    table[FIELDS * b + 7] = pcg(how.seed[b]);
  }
  const y = gpu.tensor([batch, outWidth]);
  gpu.dispatch(
    perturbKernel,
    { samples, table: gpu.upload(table), y },
    { width: 2 * samples.shape[1], outWidth },
    [Math.ceil(outWidth / THREADS), batch],
  );
  const result = { samples: y, lengths: makeLengths(gpu, out, outWidth) };
  scope.keep(y, result.lengths.device);
  return result;
}

/** A speed in steps of 2⁻³²: whole samples and a fraction. */
export function fixedPoint(speed: number): { whole: number; fraction: number } {
  const steps = Math.round(speed * 2 ** 32);
  return { whole: Math.floor(steps / 2 ** 32), fraction: steps % 2 ** 32 };
}

function check(how: Perturbation, batch: number): void {
  const fits: Record<keyof Perturbation, (v: number) => boolean> = {
    speed: (v) => v >= SLOWEST && v <= FASTEST,
    gain: Number.isFinite,
    noise: (v) => v >= 0 && v < Infinity,
    seed: Number.isInteger,
  };
  for (const name of Object.keys(fits) as (keyof Perturbation)[]) {
    if (how[name].length !== batch) {
      throw new RangeError(`perturb: ${how[name].length} of ${name} for ${batch} sequences`);
    }
    const bad = how[name].find((v) => !fits[name](v));
    if (bad !== undefined) throw new RangeError(`perturb: ${name} ${bad} is out of range`);
  }
}
