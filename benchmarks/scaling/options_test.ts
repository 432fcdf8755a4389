import assert from "node:assert/strict";
import { UsageError } from "../harness/errors.ts";
import { GPU_DEFAULTS, SOFTWARE_DEFAULTS } from "./defaults.ts";
import { parseArguments, withDefaults } from "./options.ts";
import { ENGINES } from "./protocol.ts";

function parse(line: string, dataRoot?: string) {
  const given = parseArguments(line.split(" ").filter((word) => word !== ""), dataRoot);
  assert.ok(given);
  return given;
}

Deno.test("parseArguments() takes lists, fractions and repeated values", () => {
  const given = parse("--minutes 30,.5,5,5 --engines transformer-flash,samba --batch 8,1 --budget 1.5 --gpu dawn");
  const options = withDefaults(given, GPU_DEFAULTS);
  assert.deepEqual(options.minutes, [0.5, 5, 30]);
  assert.deepEqual(options.engines, ["transformer-flash", "samba"]);
  assert.deepEqual(options.batches, [1, 8]);
  assert.equal(options.budgetSeconds, 1.5);
  assert.equal(options.gpu, "dawn");
});

Deno.test("withDefaults() fills in what the adapter decides", () => {
  const gpu = withDefaults(parse(""), GPU_DEFAULTS);
  assert.deepEqual([gpu.preset, gpu.minutes, gpu.engines, gpu.repeats], ["base", [5, 10, 15, 20, 25, 30], ENGINES, 10]);
  assert.deepEqual([gpu.out, gpu.seed, gpu.dataRoot], ["results/scaling", 1, null]);
  const software = withDefaults(parse("--preset small"), SOFTWARE_DEFAULTS);
  assert.equal(software.preset, "small");
  assert.equal(software.totalBudgetSeconds, SOFTWARE_DEFAULTS.totalBudgetSeconds);
  assert.equal(withDefaults(parse("--budget 100"), SOFTWARE_DEFAULTS).totalBudgetSeconds, null);
});

Deno.test("parseArguments() takes the data folder from the environment unless it is given", () => {
  assert.equal(parse("", "/data").dataRoot, "/data");
  assert.equal(parse("--data-root /other", "/data").dataRoot, "/other");
  assert.equal(parse("", "").dataRoot, null);
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
