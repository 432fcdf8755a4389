import { expectShape, type Gpu, type Tensor } from "../gpu/mod.ts";
import { launchMap, type MapOperation } from "./map.ts";

const ADD: MapOperation = { name: "add", expression: "a + b" };
const MULTIPLY: MapOperation = { name: "multiply", expression: "a * b" };
const SCALE: MapOperation = { name: "scale", expression: "params.factor * a" };

/** a + b, of one shape. Throws a RangeError when the shapes differ. */
export function add(gpu: Gpu, a: Tensor, b: Tensor): Tensor {
  expectShape("add's second term", b, a.shape);
  return launchMap(gpu, ADD, [a, b]);
}

/** a ∘ b, of one shape. Throws a RangeError when the shapes differ. */
export function multiply(gpu: Gpu, a: Tensor, b: Tensor): Tensor {
  expectShape("multiply's second factor", b, a.shape);
  return launchMap(gpu, MULTIPLY, [a, b]);
}

/** factor · x. */
export function scale(gpu: Gpu, x: Tensor, factor: number): Tensor {
  return launchMap(gpu, SCALE, [x], factor);
}
