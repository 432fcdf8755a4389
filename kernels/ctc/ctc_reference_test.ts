import assert from "node:assert/strict";
import { assertClose, finiteDifferences, gpuTest, TestRandom } from "../testing/mod.ts";
import { lengths } from "../lengths.ts";
import { Tape } from "../gpu/mod.ts";
import { ctcLoss } from "./ctc.ts";
import { ctcReference, logAdd, logProbabilities } from "./ctc_reference.ts";
import { ctcMinimumFrames } from "./minimum_frames.ts";

/** −ln of the summed probability of all choices of classes that read as the labels; ∞ where none does. */
function byEnumeration(logits: ArrayLike<number>, classes: number, labels: readonly number[], frames: number): number {
  const y = logProbabilities(logits, classes, frames);
  let total = -Infinity;
  for (let code = 0; code < classes ** frames; code++) {
    const path = Array.from({ length: frames }, (_, t) => Math.floor(code / classes ** t) % classes);
    const text = path.filter((v, t) => v !== 0 && v !== path[t - 1]);
    if (text.join() !== labels.join()) continue;
    total = logAdd(total, path.reduce((sum, v, t) => sum + y[t * classes + v], 0));
  }
  return -total;
}

const TEXTS = [[], [1], [2, 1], [1, 1], [2, 2, 2], [1, 2, 2, 1]];

for (const frames of [0, 1, 2, 3, 4, 5, 6]) {
  Deno.test(`ctcReference() equals the sum over all alignments of ${frames} frames`, () => {
    const logits = new TestRandom(frames).normals(frames * 3);
    for (const labels of TEXTS) {
      const expected = byEnumeration(logits, 3, labels, frames);
      const { loss, impossible } = ctcReference(logits, 3, labels, frames);
      assert.equal(impossible, expected === Infinity);
      assert.equal(impossible, frames < ctcMinimumFrames(labels));
      if (!impossible) assertClose([loss], [expected], 1e-12);
    }
  });
}

Deno.test("ctcReference()'s gradient equals finite differences", () => {
  const logits = new TestRandom(7).normals(9 * 4);
  for (const labels of [[], [3, 1, 2], [2, 2, 3, 3]]) {
    const { gradient } = ctcReference(logits, 4, labels, 9, 2);
    const loss = (x: Float64Array) => ctcReference(x, 4, labels, 9, 2).loss;
    assertClose(gradient, finiteDifferences(loss, logits), 1e-8);
  }
});

interface Golden {
  readonly logits: { readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly frames: readonly number[];
  readonly texts: readonly (readonly number[])[];
  readonly loss: { readonly data: readonly number[] };
  readonly gradient: { readonly data: readonly number[] };
}

const file = JSON.parse(Deno.readTextFileSync(new URL("./testdata/ctc.json", import.meta.url)));

for (const name of ["short", "long"]) {
  const { logits, frames, texts, loss, gradient } = file[name] as Golden;
  const [batch, time, classes] = logits.shape;

  Deno.test(`ctcReference() equals PyTorch's ctc_loss of ${name} texts`, () => {
    const stride = time * classes;
    for (let b = 0; b < batch; b++) {
      const found = ctcReference(logits.data.slice(b * stride), classes, texts[b], frames[b]);
      assertClose([found.loss], [loss.data[b]], 1e-7);
      assertClose(found.gradient, gradient.data.slice(b * stride, b * stride + frames[b] * classes), 1e-7);
    }
  });

  gpuTest(`ctcLoss() equals PyTorch's ctc_loss of ${name} texts`, async (gpu) => {
    const width = Math.max(...texts.map((text) => text.length));
    const labels = texts.flatMap((text) => [...text, ...Array<number>(width - text.length).fill(0)]);
    using tape = new Tape(gpu);
    const x = gpu.upload(Float32Array.from(logits.data), logits.shape);
    tape.track(x);
    const found = tape.recording(() =>
      ctcLoss(
        gpu,
        x,
        lengths(gpu, frames, time),
        gpu.upload(Uint32Array.from(labels), [batch, width]),
        lengths(gpu, texts.map((text) => text.length), width),
        1,
      )
    );
    tape.backward();
    assertClose(await gpu.read(found.loss), loss.data, 2e-6);
    assertClose(await gpu.read(tape.takeGradient(x)!), gradient.data, 5e-6);
    const short = frames.map((n, b) => Number(n < ctcMinimumFrames(texts[b])));
    assert.deepEqual([...await gpu.read(found.impossible)], short);
  });
}
