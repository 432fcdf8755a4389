import assert from "node:assert/strict";
import { trainingPreset } from "../../training/presets.ts";
import { UsageError } from "../harness/errors.ts";
import { HELP } from "./arguments.ts";
import { GPU_DEFAULTS, SOFTWARE_DEFAULTS } from "./defaults.ts";
import { parseTrainingArguments, withTrainingDefaults } from "./options.ts";

async function parsed(...args: string[]) {
  return withTrainingDefaults((await parseTrainingArguments(args))!, GPU_DEFAULTS);
}

/** The one line that a command line is refused with. */
async function refusal(...args: string[]): Promise<string> {
  try {
    await parsed(...args);
  } catch (error) {
    assert.ok(error instanceof UsageError || (error as Error).name === "ConfigError", String(error));
    return (error as Error).message;
  }
  throw new assert.AssertionError({ message: `${args} was accepted` });
}

Deno.test("the defaults on a GPU are those that the help text tells", async () => {
  const { throughput, long, repeats, totalBudgetSeconds, out } = await parsed();
  assert.deepEqual({ ...throughput, config: null }, {
    name: "an4",
    config: null,
    batch: 16,
    melFrames: 500,
    tokens: 40,
    steps: 20,
    recompute: [false, true],
  });
  assert.deepEqual(throughput?.config, trainingPreset("an4"));
  assert.deepEqual(long?.minutes, [5, 10, 15, 20, 25, 30]);
  assert.deepEqual([long?.size, long?.head, long?.recompute], ["base", "ctc", true]);
  assert.deepEqual([repeats, totalBudgetSeconds, out], [10, null, "results/training"]);
  const { config, batch, seconds, tokens, steps, size, minutes, engines } = GPU_DEFAULTS;
  for (const value of [config, batch, seconds, tokens, steps, size, minutes.join()]) {
    assert.ok(HELP.includes(`default: ${value})`), `${value}`);
  }
  for (const engine of engines) assert.ok(HELP.includes(engine));
  for (const line of HELP.split("\n")) assert.ok(line.length <= 125, line);
  assert.equal(await parseTrainingArguments(["--help"]), null);
});

Deno.test("options change what is measured", async () => {
  const { throughput, long, repeats, budgetSeconds, totalBudgetSeconds, seed } = await parsed(
    ...["--preset", "tiny", "--set", "regularization.dropout=0.2", "--batch", "3", "--seconds", "1.5", "--tokens", "7"],
    ...["--steps", "4", "--recompute", "off", "--minutes", "2,1,2", "--engines", "samba,samba", "--size", "nano"],
    ...["--head", "both", "--repeats", "2", "--budget", "9", "--seed", "5"],
  );
  assert.deepEqual([throughput?.name, throughput?.batch, throughput?.melFrames, throughput?.tokens], [
    "tiny",
    3,
    150,
    7,
  ]);
  assert.deepEqual([throughput?.config.regularization.dropout, throughput?.config.seed, seed], [0.2, 5, 5]);
  assert.deepEqual([throughput?.steps, throughput?.recompute], [4, [false]]);
  assert.deepEqual(long, { size: "nano", minutes: [1, 2], engines: ["samba"], head: "both", recompute: false });
  assert.deepEqual([repeats, budgetSeconds, totalBudgetSeconds], [2, 9, null]);
});

Deno.test("--config reads a file, also one without a dot in its name, and --only leaves a part out", async () => {
  const folder = await Deno.makeTempDir();
  const before = Deno.cwd();
  try {
    const config = { ...trainingPreset("tiny"), name: "mine" };
    await Deno.writeTextFile(`${folder}/mine`, JSON.stringify(config));
    Deno.chdir(folder);
    const { throughput, long } = await parsed("--only", "throughput", "--config", "mine", "--set", "recompute=true");
    assert.deepEqual([throughput?.name, long], ["mine", null]);
    assert.deepEqual(throughput?.config, { ...config, recompute: true });
    assert.match(await refusal("--config", "none"), /^\.\/none: no such config file$/);
  } finally {
    Deno.chdir(before);
    await Deno.remove(folder, { recursive: true });
  }
  assert.equal((await parsed("--only", "long")).throughput, null);
});

Deno.test("a total budget that is asked for is not cut by the default for a point, nor the other way round", async () => {
  const software = async (...args: string[]) => {
    const { budgetSeconds, totalBudgetSeconds } = withTrainingDefaults(
      (await parseTrainingArguments(args))!,
      SOFTWARE_DEFAULTS,
    );
    return [budgetSeconds, totalBudgetSeconds];
  };
  assert.deepEqual(await software(), [30, 120]);
  assert.deepEqual(await software("--total-budget", "500"), [500, 500]);
  assert.deepEqual(await software("--budget", "500"), [500, null]);
});

Deno.test("what cannot be measured is refused in one line", async () => {
  assert.match(await refusal("--only", "short"), /^--only: "short" is not known; choose from throughput, long$/);
  assert.match(await refusal("--only", "long", "--batch", "2"), /^--batch: is not for what --only long measures$/);
  assert.match(await refusal("--only", "throughput", "--head", "ctc"), /^--head: is not for what --only throughput/);
  assert.match(await refusal("--steps", "65"), /^--steps: "65" is no whole number from 1 to 64$/);
  assert.match(
    await refusal("--tokens", "126"),
    /^--tokens 126: 5 s of audio are 125 encoder frames, and CTC needs one a/,
  );
  assert.match(await refusal("--preset", "an5"), /^an5: no such training preset; did you mean an4\?/);
  assert.match(await refusal("--preset", "an4", "--config", "x.json"), /exclude each other/);
  assert.match(await refusal("--set", "seed=2"), /^--set: changes a config; name it by --preset or --config$/);
  assert.match(await refusal("--preset", "an4", "--set", "sed=2"), /did you mean seed\?/);
  assert.match(
    await refusal("--engines", "samba-streaming"),
    /^--engines: "samba-streaming" is not known; choose from/,
  );
  assert.match(await refusal("--recompute", "yes"), /choose from on, off$/);
  assert.match(await refusal("--minutes", "0"), /^--minutes: "0" is no number from/);
});
