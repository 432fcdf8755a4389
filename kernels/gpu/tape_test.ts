import assert from "node:assert/strict";
import { gpuTest } from "../testing/mod.ts";
import type { Gpu } from "./gpu.ts";
import { kernel, read, write } from "./kernel.ts";
import { recomputed, Tape } from "./tape.ts";
import { asColumns, type Columns, columns, part, rows, type Tensor, width } from "./tensor.ts";

const squareKernel = kernel(
  "square for tests",
  { count: "u32", width: "u32", stride: "u32", at: "u32" },
  { x: read(), y: write() },
  `@compute @workgroup_size(32) fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.count) { return; }
    let v = x[id.x / params.width * params.stride + params.at + id.x % params.width];
    y[id.x] = v * v;
  }`,
);

const squareBackward = kernel(
  "square backward for tests",
  { count: "u32", width: "u32", stride: "u32", at: "u32", accumulate: "u32" },
  { x: read(), dy: read(), dx: write() },
  `@compute @workgroup_size(32) fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.count) { return; }
    let i = id.x / params.width * params.stride + params.at + id.x % params.width;
    dx[i] = 2.0 * x[i] * dy[id.x] + select(0.0, dx[i], params.accumulate == 1u);
  }`,
);

/** x² by element, with its gradient: the smallest op that reads columns. */
function square(gpu: Gpu, x: Tensor | Columns): Tensor {
  const { tensor, offset, width: w } = asColumns(x);
  const y = gpu.tensor([...tensor.shape.slice(0, -1), w]);
  const count = rows(tensor) * w;
  const params = { count, width: w, stride: width(tensor), at: offset };
  const groups = gpu.grid(Math.ceil(count / 32));
  gpu.dispatch(squareKernel, { x: tensor, y }, params, groups);
  gpu.tape?.record("square", [x], [y], [x], (tape) => {
    const dy = tape.gradientOf(y);
    const target = tape.gradientInto(x);
    if (!dy || !target) return;
    const accumulate = Number(target.accumulate);
    gpu.dispatch(squareBackward, { x: tensor, dy, dx: target.into.tensor }, { ...params, accumulate }, groups);
  });
  return y;
}

const X = Float32Array.of(1, 2, 3, 4, 5, 6);

async function gradient(gpu: Gpu, run: (x: Tensor) => Tensor, seed: number[], recompute = false): Promise<number[]> {
  using tape = new Tape(gpu, { recompute });
  const x = gpu.upload(X, [3, 2]);
  tape.track(x);
  const y = tape.recording(() => {
    using scope = gpu.scope(); // frees what only the tape needs
    return scope.keep(run(x));
  });
  tape.add(y, gpu.upload(Float32Array.from(seed), y.shape));
  tape.backward();
  const dx = tape.takeGradient(x);
  return dx ? Array.from(await gpu.read(dx)) : [];
}

gpuTest("Tape gives the gradient of a chain, whatever scopes released meanwhile", async (gpu) => {
  const found = await gradient(gpu, (x) => square(gpu, square(gpu, x)), [1, 1, 1, 1, 1, -1]);
  assert.deepEqual(found, [4, 32, 108, 256, 500, -864]); // 4x³
});

gpuTest("Tape recomputes a block to the same gradient", async (gpu) => {
  const run = (x: Tensor) => recomputed(gpu, square(gpu, x), [], (y) => square(gpu, square(gpu, y)));
  const seed = [1, 0, 0, 0, 0, 1];
  assert.deepEqual(await gradient(gpu, run, seed, true), [8, 0, 0, 0, 0, 8 * 6 ** 7]);
  assert.deepEqual(await gradient(gpu, run, seed, false), [8, 0, 0, 0, 0, 8 * 6 ** 7]);
});

gpuTest("Tape keeps what a block reads until it has run again", async (gpu) => {
  const run = (x: Tensor) => {
    using scope = gpu.scope();
    const memory = square(gpu, x);
    const y = recomputed(gpu, square(gpu, x), [memory], (y) => {
      const both = gpu.tensor(y.shape);
      gpu.copy(y, 0, both, 0, 6);
      gpu.tape?.record("sum", [y, memory], [both], [], (tape) => {
        tape.add(y, tape.gradientOf(both)!);
        tape.pass(both, memory);
      });
      square(gpu, memory); // reads it: a released one would be another's
      return both;
    });
    return scope.keep(y);
  };
  assert.deepEqual(await gradient(gpu, run, [1, 1, 1, 1, 1, 1], true), [4, 8, 12, 16, 20, 24]);
});

gpuTest("Tape sums over uses, and zeroes columns that none of them read", async (gpu) => {
  const twice = (x: Tensor) => {
    const y = square(gpu, columns(x, 1, 1));
    const other = square(gpu, columns(x, 1, 1));
    gpu.tape!.record("sum", [other], [], [], () => {}); // a loss that gives nothing
    const sum = gpu.zeros(y.shape);
    gpu.tape!.record("both", [y, other], [sum], [], (tape) => {
      const d = tape.gradientOf(sum)!;
      tape.add(other, d);
      tape.pass(sum, y);
    });
    return sum;
  };
  assert.deepEqual(await gradient(gpu, twice, [1, 1, 10]), [0, 8, 0, 16, 0, 240]);
});

gpuTest("Tape adds to the gradients of weights, which are parts of one buffer", async (gpu) => {
  const all = gpu.upload(Float32Array.from({ length: 128 }, (_, i) => i));
  const gradients = gpu.zeros([128]);
  const [a, b] = [part(all, 0, [3]), part(all, 64, [3])];
  for (let step = 0; step < 2; step++) {
    using tape = new Tape(gpu);
    tape.watch(a, part(gradients, 0, [3]));
    tape.watch(b, part(gradients, 64, [3]));
    const y = tape.recording(() => square(gpu, b));
    tape.add(y, gpu.upload(Float32Array.of(1, 1, 1)));
    tape.backward();
  }
  const found = await gpu.read(gradients);
  assert.deepEqual(Array.from(found.slice(64, 67)), [256, 260, 264]);
  assert.ok(found.slice(0, 64).every((v) => v === 0));
});

gpuTest("Tape gives each input of a sum a gradient of its own", async (gpu) => {
  using tape = new Tape(gpu);
  const [a, b] = [gpu.upload(X), gpu.upload(X)];
  tape.track(a);
  tape.track(b);
  const sum = gpu.zeros([6]);
  tape.recording(() => {
    const square2 = square(gpu, b);
    tape.record("sum", [a, square2], [sum], [], (tape) => {
      tape.add(a, tape.gradientOf(sum)!);
      tape.pass(sum, square2);
    });
    tape.record(
      "another use",
      [square2],
      [],
      [],
      (tape) => tape.add(square2, gpu.upload(new Float32Array(6).fill(10))),
    );
  });
  tape.add(sum, gpu.upload(new Float32Array(6).fill(1)));
  tape.backward();
  assert.deepEqual(Array.from(await gpu.read(tape.takeGradient(a)!)), [1, 1, 1, 1, 1, 1]);
  assert.deepEqual(Array.from(await gpu.read(tape.takeGradient(b)!)), [22, 44, 66, 88, 110, 132]);
});

gpuTest("Tape.takeGradient() leaves nothing held when the gradient was an upload of the same scope", async (gpu) => {
  const before = gpu.ledger.liveBytes;
  {
    using _scope = gpu.scope();
    using tape = new Tape(gpu);
    const x = gpu.upload(X);
    tape.track(x);
    tape.add(x, gpu.upload(X));
    assert.deepEqual(Array.from(await gpu.read(tape.takeGradient(x)!)), Array.from(X));
  }
  assert.equal(gpu.ledger.liveBytes, before);
});

gpuTest("Tape records nothing that no wanted gradient depends on", (gpu) => {
  using tape = new Tape(gpu);
  const before = gpu.ledger.liveBytes;
  tape.recording(() => {
    using _scope = gpu.scope();
    square(gpu, gpu.upload(X));
  });
  assert.equal(gpu.ledger.liveBytes, before);
});

gpuTest("Tape lets go of everything when a step fails half-way", (gpu) => {
  const before = gpu.ledger.liveBytes;
  {
    using _scope = gpu.scope();
    using tape = new Tape(gpu);
    const x = gpu.upload(X);
    tape.track(x);
    const y = tape.recording(() => square(gpu, square(gpu, x)));
    tape.recording(() =>
      tape.record("broken", [y], [], [], () => {
        throw new Error("half-way");
      })
    );
    assert.throws(() => tape.backward(), /half-way/);
  }
  assert.equal(gpu.ledger.liveBytes, before);
});
