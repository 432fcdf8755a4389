/** Evaluates a made-up corpus into the folder given, for the tests that kill it: `evaluate.ts OUT [--resume] [--shard I/N]`. */
import { testCorpus, testEngine, testOptions, testSurroundings } from "../testing.ts";
import { begin, finish } from "../run.ts";

const [out, ...more] = Deno.args;
const options = testOptions(out, ...more);
const corpus = testCorpus(60, [17]);
const engine = testEngine({ milliseconds: 4, failing: [23] });
const outcome = await finish(options, corpus, engine, await begin(options, corpus, engine), testSurroundings());
Deno.exit(outcome.exitCode);
