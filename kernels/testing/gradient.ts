import { type Gpu, size, Tape, type Tensor } from "../gpu/mod.ts";
import { assertClose } from "./compare.ts";
import { TestRandom } from "./random.ts";

/**
 * Runs `forward` under a tape, gives its outputs random gradients, and returns the gradients of `inputs` on the host
 * beside the outputs' ones: what a reference's own gradients, or finite differences of Σ output·gradient, must equal.
 */
export async function gradientsOf(
  gpu: Gpu,
  inputs: readonly Tensor[],
  forward: () => Tensor | readonly Tensor[],
  seed = 7,
): Promise<{ outputs: Float32Array[]; gradients: Float32Array[] }> {
  using _scope = gpu.scope();
  using tape = new Tape(gpu);
  for (const x of inputs) tape.track(x);
  const made = tape.recording(forward);
  const random = new TestRandom(seed);
  const outputs: Float32Array[] = [];
  for (const y of Array.isArray(made) ? made as Tensor[] : [made as Tensor]) {
    const values = random.normals(size(y));
    outputs.push(values);
    tape.add(y, gpu.upload(values, y.shape));
  }
  tape.backward();
  const gradients: Float32Array[] = [];
  for (const x of inputs) {
    const gradient = tape.takeGradient(x);
    gradients.push(gradient ? await gpu.read(gradient) : new Float32Array(size(x)));
  }
  return { outputs, gradients };
}

/** The gradient of `f` at `x` by central differences in float64, `f` being smooth there. */
export function finiteDifferences(f: (x: Float64Array) => number, x: ArrayLike<number>, step = 1e-5): Float64Array {
  const at = Float64Array.from(x);
  return at.map((value, i) => {
    const h = step * Math.max(1, Math.abs(value));
    at[i] = value + h;
    const above = f(at);
    at[i] = value - h;
    const below = f(at);
    at[i] = value;
    return (above - below) / (2 * h);
  });
}

/** Σ a·b. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * Fails unless the tape's gradients of `inputs` equal the finite differences of `reference`, which maps the inputs' host
 * values (by name) to the outputs' in float64. Inputs must be finite on the host: a test of what padding holds writes its
 * NaN itself (see `gradientsOf`).
 */
export async function assertGradients(
  gpu: Gpu,
  inputs: Readonly<Record<string, Tensor>>,
  forward: () => Tensor | readonly Tensor[],
  reference: (values: Readonly<Record<string, Float64Array>>) => readonly ArrayLike<number>[],
  tolerance = 1e-5,
): Promise<void> {
  const names = Object.keys(inputs);
  const { outputs, gradients } = await gradientsOf(gpu, Object.values(inputs), forward);
  const values: Record<string, Float64Array> = {};
  for (const name of names) values[name] = Float64Array.from(await gpu.read(inputs[name]));
  for (const [i, name] of names.entries()) {
    const loss = (x: Float64Array) =>
      reference({ ...values, [name]: x }).reduce((sum, y, o) => sum + dot(y, outputs[o]), 0);
    assertClose(gradients[i], finiteDifferences(loss, values[name]), tolerance, `gradient of ${name}`);
  }
}
