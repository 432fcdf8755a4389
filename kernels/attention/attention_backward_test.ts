import assert from "node:assert/strict";
import { columns, type Gpu, part, Tape, type Tensor } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import { assertClose, assertTensor, dot, finiteDifferences, gpuTest, TestRandom } from "../testing/mod.ts";
import { attention, type AttentionForm, type AttentionMask } from "./attention.ts";
import { attentionBackwardReference } from "./attention_backward_reference.ts";
import { attentionReference } from "./attention_reference.ts";
import { type AttentionCase, attentionCase, gradientCase } from "./attention_test_case.ts";

const FLASH: AttentionForm = { kind: "flash" };
const NAIVE: AttentionForm = { kind: "naive" };
const TOLERANCE = 5e-6;

/** Gradients of `inputs` through `forward`, whose output's gradient is `dy`. */
function backward(gpu: Gpu, inputs: readonly Tensor[], dy: Tensor, forward: () => Tensor): (Tensor | undefined)[] {
  using tape = new Tape(gpu);
  for (const x of inputs) tape.track(x);
  const y = tape.recording(() => {
    using scope = gpu.scope();
    return scope.keep(forward());
  });
  tape.add(y, dy);
  tape.backward();
  return inputs.map((x) => tape.takeGradient(x));
}

async function check(gpu: Gpu, c: AttentionCase, forms: readonly AttentionForm[], seed: number, tolerance = TOLERANCE) {
  const { expected, inputs, mask, heads, dy } = gradientCase(gpu, c, seed);
  for (const form of forms) {
    const { q, k, v } = inputs;
    const found = backward(gpu, [q, k, v], dy, () => attention(gpu, form, inputs, heads, mask));
    for (const [i, name] of (["q", "k", "v"] as const).entries()) {
      await assertTensor(gpu, found[i]!, expected[name], tolerance, `${form.kind}: gradient of ${name}`);
    }
  }
}

Deno.test("attentionBackwardReference() equals finite differences of attentionReference()", () => {
  const random = new TestRandom(1);
  const sizes = { batch: 2, queries: 4, keys: 5, heads: 2, headSize: 4 };
  const [q, k, v, dy] = [4, 5, 5, 4].map((rows) => Float64Array.from(random.normals(2 * rows * 8)));
  const problem = { ...sizes, q, k, v, keyLengths: [5, 2], queryLengths: [4, 3] };
  const sees = (t: number, j: number) => j <= t + 1 && j !== 0; // query 3 of the second sequence sees but key 1
  const expected = attentionBackwardReference({ ...problem, sees }, dy);
  for (const name of ["q", "k", "v"] as const) {
    const loss = (x: Float64Array) => dot(attentionReference({ ...problem, sees, [name]: x }), dy);
    assertClose(expected[name], finiteDifferences(loss, problem[name]), 1e-8, name);
  }
});

for (const [queries, keys] of [[1, 1], [2, 3], [31, 33], [32, 64], [33, 31], [3, 127], [131, 2], [67, 65]]) {
  gpuTest(`attention() has its reference's gradients for ${queries} queries and ${keys} keys`, async (gpu) => {
    await check(gpu, { queries, keys, heads: 2 }, [FLASH, NAIVE], queries * 1000 + keys);
  });
}

gpuTest("attention() has its reference's gradients for heads that fill no tile", async (gpu) => {
  await check(gpu, { queries: 37, keys: 41, heads: 2, headSize: 36 }, [FLASH, NAIVE], 36);
});

for (
  const [queryLengths, keyLengths] of [
    [[33, 0, 7], [35, 35, 35]],
    [[33, 33, 33], [0, 1, 34]],
    [[1, 20, 0], [35, 13, 0]],
  ]
) {
  gpuTest(`attention() has gradients without padding: ${queryLengths} queries and ${keyLengths} keys`, async (gpu) => {
    await check(gpu, { queries: 33, keys: 35, batch: 3, heads: 2, queryLengths, keyLengths }, [FLASH, NAIVE], 7);
  });
}

for (const [queries, keys, queryOffset] of [[70, 70, 0], [5, 90, 71], [40, 90, 30], [40, 20, 0], [9, 20, 50]]) {
  gpuTest(
    `attention() has causal gradients for ${queries} queries from ${queryOffset} and ${keys} keys`,
    async (gpu) => {
      const [queryLengths, keyLengths] = [[queries, 1], [keys - 3, 11]];
      const ragged = { batch: 2, queryLengths, keyLengths };
      await check(gpu, { queries, keys, queryOffset, causal: true, ...ragged }, [FLASH, NAIVE], queries + keys);
    },
  );
}

for (const [left, right] of [[0, 0], [3, 0], [0, 5], [40, 7], [30, 64]]) {
  gpuTest(`attention() has gradients through a window of ${left} back and ${right} ahead`, async (gpu) => {
    const form: AttentionForm = { kind: "window", left, right };
    const window = [left, right] as const;
    await check(gpu, { queries: 131, keys: 131, window }, [form], left * 100 + right);
    const ragged = { batch: 2, queryLengths: [70, 13], keyLengths: [51, 13] };
    await check(gpu, { queries: 70, keys: 70, window, ...ragged }, [form], left + right);
    await check(gpu, { queries: 33, keys: 90, queryOffset: 40, window }, [form], left);
    await check(gpu, { queries: 33, keys: 40, queryOffset: 70, window }, [form], left); // the last see nothing
    await check(gpu, { queries: 33, keys: 33, causal: true, window }, [form], right);
  });
}

gpuTest("attention() has finite gradients when scores deviate by 100", async (gpu) => {
  // A score of some hundreds is rounded to 1e-5, and weights by as much.
  await check(gpu, { queries: 40, keys: 70, heads: 2, deviation: 10 }, [FLASH, NAIVE], 11, 2e-4);
});

/** q|k|v in columns of one tensor, behind four columns of something else. */
function packed(gpu: Gpu, { host, width }: ReturnType<typeof gradientCase>, rows: number) {
  const stride = 4 + 3 * width;
  const values = new Float32Array(rows * stride).map((_, i) => {
    const [row, column] = [Math.floor(i / stride), i % stride - 4];
    return column < 0 ? 0 : [host.q, host.k, host.v][Math.floor(column / width)][row * width + column % width];
  });
  const tensor = gpu.upload(values, [2, rows / 2, stride]);
  const [q, k, v] = [0, 1, 2].map((i) => columns(tensor, 4 + i * width, width));
  return { tensor, inputs: { q, k, v } };
}

gpuTest("attention() adds its gradients to columns of one projection's", async (gpu) => {
  const c = { queries: 45, keys: 45, batch: 2, heads: 2, queryLengths: [45, 20], keyLengths: [45, 20] };
  const made = gradientCase(gpu, c, 5);
  const { expected, dy, width, heads, mask } = made;
  const { tensor, inputs } = packed(gpu, made, 90);
  const parts = [expected.q, expected.k, expected.v];
  const twice = Float64Array.from({ length: 90 * (4 + 3 * width) }, (_, i) => {
    const [row, column] = [Math.floor(i / (4 + 3 * width)), i % (4 + 3 * width) - 4];
    return column < 0 ? 0 : 2 * parts[Math.floor(column / width)][row * width + column % width];
  });
  for (const [first, second] of [[FLASH, NAIVE], [NAIVE, FLASH]]) {
    const [found] = backward(gpu, [tensor], dy, () => {
      const y = attention(gpu, first, inputs, heads, mask);
      const other = attention(gpu, second, inputs, heads, mask);
      const sum = gpu.zeros(y.shape);
      gpu.tape!.record("sum", [y, other], [sum], [], (tape) => {
        for (const x of [y, other]) tape.add(x, tape.gradientOf(sum)!);
      });
      return sum;
    });
    await assertTensor(gpu, found!, twice, TOLERANCE, `${second.kind}, then ${first.kind}`);
  }
});

for (const form of [FLASH, NAIVE]) {
  gpuTest(
    `attention() has the gradient of a tensor that is ${form.kind} queries, keys and values at once`,
    async (gpu) => {
      const made = gradientCase(gpu, { queries: 35, keys: 35, heads: 2 }, 8);
      const { q } = made.host;
      const sum = attentionBackwardReference({ ...made.reference, k: q, v: q }, await gpu.read(made.dy));
      const x = made.inputs.q;
      const [found] = backward(gpu, [x], made.dy, () => attention(gpu, form, { q: x, k: x, v: x }, 2));
      await assertTensor(gpu, found!, sum.q.map((value, i) => value + sum.k[i] + sum.v[i]), TOLERANCE);
    },
  );

  gpuTest(`attention() gives ${form.kind} gradients of those inputs alone that are wanted`, async (gpu) => {
    const { expected, inputs, mask, heads, dy } = gradientCase(gpu, { queries: 12, keys: 35, heads: 2 }, 9);
    for (const name of ["q", "k", "v"] as const) {
      const [found] = backward(gpu, [inputs[name]], dy, () => attention(gpu, form, inputs, heads, mask));
      await assertTensor(gpu, found!, expected[name], TOLERANCE, name);
    }
  });

  gpuTest(`attention() adds ${form.kind} gradients to those of weights in one buffer`, async (gpu) => {
    const { expected, inputs, heads, host, dy } = gradientCase(gpu, { queries: 20, keys: 30, heads: 2 }, 10);
    const weights = gpu.upload(Float32Array.of(...host.k, ...new Float32Array(64), ...host.v), [2 * 960 + 64]);
    const gradients = gpu.upload(new Float32Array(2 * 960 + 64).fill(1), [2 * 960 + 64]);
    const [k, v] = [0, 1024].map((start) => part(weights, start, [1, 30, 32]));
    using tape = new Tape(gpu);
    tape.watch(k, part(gradients, 0, [1, 30, 32]));
    tape.watch(v, part(gradients, 1024, [1, 30, 32]));
    tape.track(inputs.q);
    tape.add(tape.recording(() => attention(gpu, form, { q: inputs.q, k, v }, heads)), dy);
    tape.backward();
    await assertTensor(gpu, tape.takeGradient(inputs.q)!, expected.q, TOLERANCE);
    const all = await gpu.read(gradients);
    assertClose(all.slice(0, 960), expected.k.map((x) => x + 1), TOLERANCE, "k");
    assert.ok(all.slice(960, 1024).every((x) => x === 1));
    assertClose(all.slice(1024), expected.v.map((x) => x + 1), TOLERANCE, "v");
  });
}

gpuTest("attention() has the same gradients bit for bit in a second run", async (gpu) => {
  const { inputs, heads, dy } = gradientCase(gpu, { queries: 67, keys: 90, heads: 2 }, 13);
  const { q, k, v } = inputs;
  const run = () => backward(gpu, [q, k, v], dy, () => attention(gpu, FLASH, inputs, heads));
  const [first, second] = [run(), run()];
  for (let i = 0; i < 3; i++) assert.deepEqual(await gpu.read(first[i]!), await gpu.read(second[i]!));
});

gpuTest("attention() keeps O(T) memory on a tape, but for the naive form", (gpu) => {
  const { inputs, heads } = attentionCase(gpu, { queries: 200, keys: 300, heads: 2 }, 14);
  const held = (form: AttentionForm) => {
    using tape = new Tape(gpu);
    tape.track(inputs.q);
    using _scope = gpu.scope();
    const before = gpu.ledger.liveBytes;
    tape.recording(() => attention(gpu, form, inputs, heads));
    return gpu.ledger.liveBytes - before;
  };
  const output = 4 * 200 * 32;
  assert.ok(held(FLASH) <= output + 4 * 200 * 2 + 512);
  assert.ok(held(NAIVE) >= output + 4 * 2 * 200 * 300);
});

interface Golden {
  readonly shape: number[];
  readonly data: number[];
}
interface GoldenCase extends Record<"q" | "k" | "v" | "dy" | "y" | "dq" | "dk" | "dv", Golden> {
  readonly heads: number;
  readonly causal: boolean;
  readonly window: [left: number, right: number] | null;
  readonly query_offset: number;
  readonly query_lengths: number[] | null;
  readonly key_lengths: number[] | null;
}
const golden: Record<string, GoldenCase> = JSON.parse(
  await Deno.readTextFile(new URL("./testdata/attention_backward.json", import.meta.url)),
);
for (const name of ["ragged", "cross", "causal", "window"]) {
  gpuTest(`attention() has the gradients of PyTorch's autograd: ${name}`, async (gpu) => {
    const file = golden[name];
    const upload = ({ data, shape }: Golden) => gpu.upload(Float32Array.from(data), shape);
    const [q, k, v, dy] = [file.q, file.k, file.v, file.dy].map(upload);
    const mask: AttentionMask = {
      causal: file.causal,
      queryOffset: file.query_offset,
      ...(file.key_lengths ? { keyLengths: lengths(gpu, file.key_lengths, file.k.shape[1]) } : {}),
      ...(file.query_lengths ? { queryLengths: lengths(gpu, file.query_lengths, file.q.shape[1]) } : {}),
    };
    const forms = file.window
      ? [{ kind: "window", left: file.window[0], right: file.window[1] } as const]
      : [FLASH, NAIVE];
    for (const form of forms) {
      let y: Tensor | undefined;
      const found = backward(gpu, [q, k, v], dy, () => y = attention(gpu, form, { q, k, v }, file.heads, mask));
      await assertTensor(gpu, y!, file.y.data, TOLERANCE, form.kind);
      for (const [i, of] of (["dq", "dk", "dv"] as const).entries()) {
        await assertTensor(gpu, found[i]!, file[of].data, TOLERANCE, `${form.kind} ${of}`);
      }
    }
  });
}
