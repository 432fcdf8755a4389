import { expectShape, type Gpu, type Tape, type Tensor } from "../gpu/mod.ts";
import { launchMap, launchMapInto, type MapOperation } from "./map.ts";

const COPY: MapOperation = { name: "copy", expression: "a" };
const ADD: MapOperation = { name: "add", expression: "a + b" };
const MULTIPLY: MapOperation = { name: "multiply", expression: "a * b" };
const SCALE: MapOperation = { name: "scale", expression: "params.factor * a" };

/** a + b, of one shape. Throws a RangeError when the shapes differ. */
export function add(gpu: Gpu, a: Tensor, b: Tensor): Tensor {
  expectShape("add's second term", b, a.shape);
  const y = launchMap(gpu, ADD, [a, b]);
  gpu.tape?.record("add", [a, b], [y], [], (tape) => {
    const dy = tape.gradientOf(y);
    const target = dy && tape.gradientInto(a);
    if (target) launchMapInto(gpu, COPY, [dy], target);
    tape.pass(y, b);
  });
  return y;
}

/** a ∘ b, of one shape. Throws a RangeError when the shapes differ. */
export function multiply(gpu: Gpu, a: Tensor, b: Tensor): Tensor {
  expectShape("multiply's second factor", b, a.shape);
  const y = launchMap(gpu, MULTIPLY, [a, b]);
  gpu.tape?.record("multiply", [a, b], [y], [a, b], (tape) => {
    multiplyInto(gpu, tape, y, a, b);
    multiplyInto(gpu, tape, y, b, a);
  });
  return y;
}

/** factor · x. */
export function scale(gpu: Gpu, x: Tensor, factor: number): Tensor {
  const y = launchMap(gpu, SCALE, [x], factor);
  gpu.tape?.record("scale", [x], [y], [], (tape) => scaleInto(gpu, tape, y, x, factor));
  return y;
}

/** The gradient of `x`, of which y is `factor` times as much and whatever else. */
export function scaleInto(gpu: Gpu, tape: Tape, y: Tensor, x: Tensor, factor: number): void {
  const dy = tape.gradientOf(y);
  const target = tape.gradientInto(x);
  if (dy && target) launchMapInto(gpu, SCALE, [dy], target, factor);
}

/** The gradient of `x`, of which y is the product with `other`. */
function multiplyInto(gpu: Gpu, tape: Tape, y: Tensor, x: Tensor, other: Tensor): void {
  const dy = tape.gradientOf(y);
  const target = tape.gradientInto(x);
  if (dy && target) launchMapInto(gpu, MULTIPLY, [dy, other], target);
}
