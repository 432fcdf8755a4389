import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { denoCommand } from "../harness/spawn.ts";
import { type CommandOptions, openCommand } from "./command.ts";

const PROGRAM = join(import.meta.dirname!, "testdata/recogniser.ts");
const TONE = Float32Array.from([0.5, -0.25, 2, 0]);

function options(how: string, rest = "", timeoutSeconds = 60): CommandOptions {
  const deno = `'${denoCommand()}' run --quiet --no-prompt --allow-read --allow-write --allow-run`;
  return { template: `${deno} '${PROGRAM}' ${how} {wav} ${rest}`, timeoutSeconds };
}

async function failure(given: CommandOptions): Promise<Error & { hopeless?: boolean }> {
  await using engine = await openCommand(given);
  return await engine.transcribe([TONE]).then(() => assert.fail("it succeeded"), (error) => error);
}

Deno.test("openCommand() gives the program a 16-bit WAV file and takes what it prints, in one line", async () => {
  await using engine = await openCommand(options("print"));
  assert.equal(engine.maxBatch, 1);
  assert.equal(engine.identity.weights, null);
  assert.equal(engine.identity.settings.command, options("print").template);
  const { transcripts, seconds } = await engine.transcribe([TONE]);
  assert.deepEqual(transcripts, [{ text: "heard 4 samples, peak 16384 är", segments: null }]);
  assert.ok(seconds > 0);
  const second = await engine.transcribe([TONE.subarray(1, 2)]);
  assert.equal(
    second.transcripts[0].text,
    "heard 1 samples, peak -8192 är",
    "the file of the recording before is gone",
  );
});

Deno.test("openCommand() reads the text from {out}, and from {out}.txt where the program adds that", async () => {
  for (const name of ["{out}", "{out}.txt"]) {
    await using engine = await openCommand(options("out", name));
    const { transcripts } = await engine.transcribe([TONE]);
    assert.equal(transcripts[0].text, "heard 4 samples, peak 16384 är");
  }
});

Deno.test("openCommand() takes no text from an earlier recording where a program writes none", async () => {
  assert.match((await failure(options("nothing", "{out}"))).message, /wrote neither \{out\} nor \{out\}\.txt/);
  await using engine = await openCommand(options("nothing"));
  assert.equal((await engine.transcribe([TONE])).transcripts[0].text, "", "silence is no error");
});

Deno.test("openCommand() throws an EngineError with exit code and last words, and takes the next recording", async () => {
  const error = await failure(options("fail"));
  assert.equal(error.name, "EngineError");
  assert.equal(error.hopeless, false);
  assert.match(error.message, /: ended with exit code 3 and said last: loading \/ no such model: tiny$/);
});

Deno.test("openCommand() kills a program at its time limit", async () => {
  const started = performance.now();
  const { message } = await failure(options("hang", "", 2));
  assert.match(message, /was killed after 2 s, and said last: thinking$/);
  assert.ok(performance.now() - started < 9000);
});

Deno.test("openCommand() does not wait for what a program leaves running", async () => {
  const started = performance.now();
  await using engine = await openCommand(options("leave"));
  assert.equal((await engine.transcribe([TONE])).transcripts[0].text, "done");
  assert.ok(performance.now() - started < 9000, "what it left runs for 10 s");
});

Deno.test("openCommand() kills a program whose output does not end, and refuses text that is not UTF-8", async () => {
  assert.match((await failure(options("flood"))).message, /its output would not end/);
  assert.match((await failure(options("binary"))).message, /its text is not UTF-8/);
});

Deno.test("openCommand() says that it is hopeless where a program is missing or not allowed", async () => {
  const error = await failure({ template: "no-such-recogniser {wav}", timeoutSeconds: 1 });
  assert.equal(error.name, "EngineError");
  assert.equal(error.hopeless, true);
  assert.match(error.message, /^no-such-recogniser: (no such program|Deno may not run it)/);
});

Deno.test("openCommand() refuses a template without {wav}", async () => {
  await assert.rejects(openCommand({ template: "whisper-cli -f x.wav", timeoutSeconds: 1 }), {
    name: "UsageError",
    message: /has no \{wav\}/,
  });
  await assert.rejects(openCommand({ template: "{wav}", timeoutSeconds: 1 }), { name: "UsageError" });
});

Deno.test("openCommand() leaves no folder behind", async () => {
  let wav: string;
  {
    await using engine = await openCommand(options("where"));
    wav = (await engine.transcribe([TONE])).transcripts[0].text;
    assert.ok((await Deno.stat(wav)).isFile);
  }
  await assert.rejects(Deno.stat(dirname(wav)), Deno.errors.NotFound);
});
