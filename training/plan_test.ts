import assert from "node:assert/strict";
import { withOverrides } from "./config.ts";
import { perturbedLength } from "../kernels/augmentation/perturb.ts";
import { planEpoch, type PlannedItem, totalSteps, type UtteranceInfo, utteranceInfo } from "./plan.ts";
import { trainingPreset } from "./presets.ts";
import { stream } from "./random.ts";

const an4 = withOverrides(trainingPreset("an4"), ["batch.seconds=96", "batch.utterances=16"]);

/** Utterances of 1 to 5 s by ten speakers. */
function utterances(count: number): UtteranceInfo[] {
  const draw = stream(1, "utterances");
  return Array.from({ length: count }, (_, i) => {
    const samples = Math.round(draw.between(1, 5) * 16000);
    return { samples, tokens: 12, ctcFrames: 13, speaker: `s${i % 10}`, repeat: 1 };
  });
}

function itemsOf(infos: readonly UtteranceInfo[], config = an4, epoch = 0): PlannedItem[] {
  return planEpoch(infos, config, epoch).batches.flatMap(({ items }) => items);
}

Deno.test("planEpoch() gives the same plan for the same seed and epoch, and another for any other", () => {
  const infos = utterances(100);
  assert.deepEqual(planEpoch(infos, an4, 3), planEpoch(infos, an4, 3));
  assert.notDeepEqual(planEpoch(infos, an4, 3).batches, planEpoch(infos, an4, 4).batches);
  assert.notDeepEqual(planEpoch(infos, an4, 3).batches, planEpoch(infos, { ...an4, seed: 2 }, 3).batches);
});

Deno.test("planEpoch() has every utterance at least once, and as many items as utterances", () => {
  const infos = utterances(213);
  const items = itemsOf(infos);
  assert.equal(items.length, infos.length);
  assert.equal(new Set(items.flatMap(({ sources }) => sources)).size, infos.length);
});

Deno.test("planEpoch() repeats utterances as often as they say, fractions by chance", () => {
  const infos = utterances(400).map((info, i) => ({ ...info, repeat: i < 200 ? 2 : 0.25 }));
  const plain = withOverrides(an4, ["recombination.share=0"]);
  const heard = new Array<number>(400).fill(0);
  for (let epoch = 0; epoch < 8; epoch++) {
    for (const { sources: [i] } of itemsOf(infos, plain, epoch)) heard[i]++;
  }
  assert.ok(heard.slice(0, 200).every((n) => n === 16));
  const sometimes = heard.slice(200).reduce((sum, n) => sum + n, 0) / 1600;
  assert.ok(Math.abs(sometimes - 0.25) < 0.05, `${sometimes} of the times`);
});

Deno.test("planEpoch() joins the share of utterances that is asked for, two or three, within the longest", () => {
  const infos = utterances(1000);
  const items = itemsOf(infos);
  const joined = items.filter(({ sources }) => sources.length > 1);
  assert.ok(Math.abs(joined.length / 1000 - 0.5) < 0.05, `${joined.length} of 1000`);
  assert.deepEqual(new Set(items.map(({ sources }) => sources.length)), new Set([1, 2, 3]));
  for (const { sources, pauses, samples, speed, outputSamples } of items) {
    assert.equal(new Set(sources).size, sources.length);
    assert.equal(pauses.length, sources.length - 1);
    assert.ok(pauses.every((n) => n >= 1600 && n <= 8000));
    const whole = [...sources.map((i) => infos[i].samples), ...pauses].reduce((sum, n) => sum + n, 0);
    assert.equal(samples, whole);
    assert.equal(outputSamples, perturbedLength(samples, speed));
    assert.ok(samples <= 12 * 16000);
  }
  // Each utterance heads one item: were heads always heard first, all of them would be.
  assert.ok(new Set(items.map(({ sources }) => sources[0])).size < 900, "the order of what is joined is random");
});

Deno.test("planEpoch() never joins an utterance to itself, however few there are", () => {
  const joinAll = withOverrides(an4, ["recombination.share=1"]);
  for (let epoch = 0; epoch < 20; epoch++) {
    for (const { sources } of itemsOf(utterances(3), joinAll, epoch)) {
      assert.equal(new Set(sources).size, sources.length);
    }
    assert.deepEqual(itemsOf(utterances(1), joinAll, epoch).map(({ sources }) => sources), [[0]]);
  }
});

Deno.test("planEpoch() joins one speaker's utterances only, where that is asked for", () => {
  const infos = utterances(300);
  const items = itemsOf(infos, withOverrides(an4, ["recombination.sameSpeaker=true", "recombination.share=1"]));
  assert.ok(items.some(({ sources }) => sources.length === 3));
  assert.ok(items.every(({ sources }) => new Set(sources.map((i) => infos[i].speaker)).size === 1));
});

Deno.test("planEpoch() keeps to the limits of a batch, and to few shapes", () => {
  const { batches } = planEpoch(utterances(1000), an4, 0);
  for (const { items, width } of batches) {
    assert.ok(items.length <= 16 && items.length * width <= 96 * 16000, `${items.length} × ${width}`);
    assert.ok(items.every(({ outputSamples }) => outputSamples <= width));
  }
  const shapes = new Set(batches.map(({ items, width }) => `${items.length} × ${width}`));
  assert.ok(shapes.size <= new Set(batches.map(({ width }) => width)).size + 2, [...shapes].join(", "));
  const waste = batches.reduce((sum, { items, width }) => sum + items.length * width, 0) /
    batches.flatMap(({ items }) => items).reduce((sum, { outputSamples }) => sum + outputSamples, 0);
  assert.ok(waste < 1.1, `${waste} times the audio`);
  assert.ok(batches.every(({ items }) => items.length > 4), "no step of a few utterances");
  const widths = batches.map(({ width }) => width);
  assert.notDeepEqual(widths, widths.toSorted((a, b) => b - a), "batches are shuffled");
});

Deno.test("planEpoch() draws speeds, gains and noise from their ranges and shares", () => {
  const range = withOverrides(an4, [
    'regularization.speeds={"lowest":0.8,"highest":1.2}',
    "regularization.noise.share=1",
  ]);
  const infos = utterances(500);
  assert.deepEqual(new Set(itemsOf(infos).map(({ speed }) => speed)), new Set([0.9, 1, 1.1]));
  for (const { speed, gainDb, snrDb } of itemsOf(infos, range)) {
    assert.ok(speed >= 0.8 && speed <= 1.2 && gainDb >= -6 && gainDb <= 6 && snrDb! >= 10 && snrDb! <= 40);
  }
  const silent = itemsOf(infos).filter(({ snrDb }) => snrDb === null).length;
  assert.ok(Math.abs(silent / 500 - 0.7) < 0.07, `${silent} of 500 without noise`);
  assert.equal(new Set(itemsOf(infos).map(({ seed }) => seed)).size, 500);
});

Deno.test("planEpoch() leaves out what is too short for its text or too long, and speeds up only what stays long enough", () => {
  // 40 ms a frame: 0.4 s are 10 frames.
  const info = (seconds: number, ctcFrames: number) => (
    { samples: seconds * 16000, tokens: ctcFrames, ctcFrames, speaker: "s", repeat: 1 }
  );
  const infos = [info(0.4, 10), info(0.4, 11), info(13, 20), ...utterances(50)];
  const fast = withOverrides(an4, ["regularization.speeds=[1.1]", "recombination.share=0"]);
  const plan = planEpoch(infos, fast, 0);
  assert.deepEqual([plan.tooShort, plan.tooLong], [[1], [2]]);
  const items = plan.batches.flatMap(({ items }) => items);
  assert.equal(items.length, 51);
  assert.equal(items.find(({ sources }) => sources[0] === 0)!.speed, 1);
  assert.equal(items.filter(({ speed }) => speed === 1).length, 1);
});

Deno.test("totalSteps() counts the batches of all epochs, up to the steps that are asked for", () => {
  const infos = utterances(100);
  const steps = (...settings: string[]) => totalSteps(infos, withOverrides(an4, settings));
  const both = [0, 1].map((epoch) => planEpoch(infos, an4, epoch).batches.length);
  assert.equal(steps("schedule.epochs=2"), both[0] + both[1]);
  assert.equal(steps("schedule.epochs=2", "schedule.steps=5"), 5);
  assert.equal(steps("schedule.epochs=null", "schedule.steps=1000"), 1000);
  assert.equal(totalSteps([], an4), 0);
});

Deno.test("utteranceInfo() counts the blank between two equal tokens", () => {
  const info = utteranceInfo({ samples: new Int16Array(7), tokens: [5, 5, 6, 6, 6, 5], speaker: "s", repeat: 2 });
  assert.deepEqual(info, { samples: 7, tokens: 6, ctcFrames: 9, speaker: "s", repeat: 2 });
});
