import assert from "node:assert/strict";
import { UsageError } from "../harness/errors.ts";
import { GPU_DEFAULTS, SOFTWARE_DEFAULTS } from "./defaults.ts";
import { parseArguments, withDefaults } from "./options.ts";
import { OWN_ENGINES } from "./protocol.ts";

function parse(line: string, dataRoot?: string) {
  const given = parseArguments(line.split(" ").filter((word) => word !== ""), dataRoot);
  assert.ok(given);
  return given;
}

Deno.test("parseArguments() takes lists, fractions and repeated values", () => {
  const given = parse("--minutes 30,.5,5,5 --engines transformer-flash,samba --batch 8,1 --budget 1.5 --gpu dawn");
  const options = withDefaults(given, GPU_DEFAULTS, "/found");
  assert.deepEqual(options.minutes, [0.5, 5, 30]);
  assert.deepEqual(options.engines, ["transformer-flash", "samba"]);
  assert.deepEqual(options.batches, [1, 8]);
  assert.equal(options.budgetSeconds, 1.5);
  assert.equal(options.gpu, "dawn");
});

Deno.test("withDefaults() fills in what the adapter decides", () => {
  const gpu = withDefaults(parse(""), GPU_DEFAULTS, null);
  assert.deepEqual(
    [gpu.preset, gpu.minutes, gpu.engines, gpu.repeats],
    ["base", [5, 10, 15, 20, 25, 30], OWN_ENGINES, 10],
  );
  assert.deepEqual([gpu.out, gpu.seed, gpu.dataRoot], ["results/scaling", 1, null]);
  const software = withDefaults(parse("--preset small"), SOFTWARE_DEFAULTS, null);
  assert.equal(software.preset, "small");
  assert.equal(software.totalBudgetSeconds, SOFTWARE_DEFAULTS.totalBudgetSeconds);
  assert.equal(withDefaults(parse("--budget 100"), SOFTWARE_DEFAULTS, null).totalBudgetSeconds, null);
});

Deno.test("parseArguments() takes the data folder from the environment unless it is given", () => {
  assert.equal(parse("", "/data").dataRoot, "/data");
  assert.equal(parse("--data-root /other", "/data").dataRoot, "/other");
  assert.equal(parse("", "").dataRoot, null);
});

Deno.test("withDefaults() measures whisper where it has weights, or was asked for", () => {
  const engines = (line: string, found: string | null): readonly string[] =>
    withDefaults(parse(line), GPU_DEFAULTS, found).engines;
  assert.deepEqual(engines("", "/found"), [...OWN_ENGINES, "whisper"]);
  assert.deepEqual(engines("--weights whisper=x/y@z", null), [...OWN_ENGINES, "whisper"]);
  assert.deepEqual(engines("--engines whisper,samba", null), ["whisper", "samba"]);
  assert.deepEqual(engines("--engines samba", "/found"), ["samba"]);
});

Deno.test("parseArguments() takes weights by engine", () => {
  assert.deepEqual(parse("").weights, {});
  assert.deepEqual(parse("--weights samba=a=b.safetensors,whisper=some/where@main").weights, {
    samba: "a=b.safetensors",
    whisper: "some/where@main",
  });
});

Deno.test("parseArguments() gives null for --help", () => {
  assert.equal(parseArguments(["--help"], undefined), null);
  assert.equal(parseArguments(["-h", "--minutes", "5"], undefined), null);
});

for (
  const [line, message] of [
    ["--minutes 0", /--minutes: "0" is no number from 0.01 \(0.6 s\) to 600/],
    ["--minutes 0.0001", /--minutes: "0.0001"/],
    ["--minutes -1", /^--minutes: "-1" is no number from /],
    ["--minutes -1,5", /^--minutes: "-1" is no number from /],
    ["--minutes --json", /^--minutes: no value given; see --help$/],
    ["--minutes", /^--minutes: no value given; see --help$/],
    ["--batch -3", /^--batch: "-3" is no whole number from 1 to 1024$/],
    ["--minutes=-5", /--minutes: "-5"/],
    ["--minutes 5,,10", /--minutes: ""/],
    ["--minutes NaN", /--minutes: "NaN"/],
    ["--minutes Infinity", /--minutes: "Infinity"/],
    ["--minutes 601", /--minutes: "601"/],
    ["--minutes 1e2", /--minutes: "1e2"/],
    ["--minutes 0x10", /--minutes: "0x10"/],
    ["--batch 0", /--batch: "0" is no whole number from 1 to 1024/],
    ["--batch 1.5", /--batch: "1.5"/],
    ["--weights whisper", /--weights: "whisper" is not ENGINE=PATH, such as whisper=FOLDER$/],
    ["--weights wisper=x", /--weights: "wisper" is not known; choose from samba, /],
    ["--weights samba=", /--weights: no path given for samba$/],
    ["--weights samba=a,samba=b", /--weights: samba comes twice$/],
    ["--engines samba --weights whisper=x", /--weights: whisper is not among --engines$/],
    ["--engines samba,wisper", /--engines: "wisper" is not known; choose from samba, samba-causal, /],
    ["--preset huge", /--preset: "huge" is not known; choose from nano, small, base, large/],
    ["--gpu cuda", /--gpu: "cuda" is not known; choose from deno, dawn/],
    ["--repeats 0", /--repeats: "0"/],
    ["--budget 0", /--budget: "0"/],
    ["--seed -1", /^--seed: "-1" is no whole number from 0 to 4294967295$/],
    ["--seed=4294967296", /--seed: "4294967296" is no whole number from 0 to 4294967295/],
    ["--out=", /--out: no folder given/],
    ["--minuets 5", /Unknown option '--minuets'.*see --help/],
    ["5", /.*see --help/],
  ] as const
) {
  Deno.test(`parseArguments() says in one line what is wrong with ${line}`, () => {
    assert.throws(() => parse(line), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"), error.message);
      return true;
    });
  });
}
