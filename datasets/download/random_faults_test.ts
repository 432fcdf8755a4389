import assert from "node:assert/strict";
import { type Random, random } from "../random.ts";
import { download, type RemoteFile } from "./download.ts";
import {
  assertHolds,
  described,
  fakeClock,
  honest,
  inFolder,
  namesIn,
  type RawAnswer,
  type SeenRequest,
  serve,
} from "./testing.ts";

const SEQUENCES = 200;

/** A server's misdeed: what becomes of the answer that an honest server would give. */
type Fault = (answer: RawAnswer, content: Uint8Array, request: SeenRequest, rng: Random) => RawAnswer | null;

const FAULTS: Readonly<Record<string, Fault>> = {
  cut: (answer, _, __, rng) => ({ ...answer, cut: rng.integer((answer.body?.length ?? 0) + 1) }),
  cutAgain: (answer, _, __, rng) => ({ ...answer, cut: rng.integer((answer.body?.length ?? 0) + 1) }),
  silent: () => null,
  ignoresRange: (_, content, __, rng) => ({ status: 200, body: content, cut: rng.integer(content.length + 1) }),
  stalls: (answer, _, __, rng) => ({ ...answer, cut: rng.integer((answer.body?.length ?? 0) + 1), stall: true }),
  tooMany: (_, __, ___, rng) => ({ status: 429, headers: { "retry-after": String(rng.integer(1000)) } }),
  broken: (_, __, ___, rng) => ({ status: 500 + rng.integer(5) }),
  announcesLess: (answer) => lying(answer, -1),
  announcesMore: (answer) => lying(answer, 1),
  otherPart: (answer, content) =>
    answer.status === 206
      ? {
        ...answer,
        headers: { ...answer.headers, "content-range": `bytes 0-${content.length - 1}/${content.length}` },
      }
      : answer,
  excuses: () => ({ status: 200, body: new TextEncoder().encode("<html>Please log in to the network</html>") }),
  changed: (_, content, request) => honest(content, request, '"2"'),
  wrongBytes: (answer, _, __, rng) => {
    if (!answer.body?.length) return answer;
    const at = rng.integer(answer.body.length);
    // Half of them are cut as well, so that right bytes may follow the wrong ones.
    const cut = rng.integer(2) === 0 ? answer.body.length : rng.integer(answer.body.length + 1);
    return { ...answer, body: answer.body.with(at, answer.body[at] ^ 0x55), cut };
  },
  forbidden: () => ({ status: 403 }),
  missing: () => ({ status: 404 }),
};

function lying(answer: RawAnswer, by: number): RawAnswer {
  const length = Math.max((answer.body?.length ?? 0) + by, 0);
  return { ...answer, headers: { ...answer.headers, "content-length": String(length) } };
}

interface Outcome {
  /** Whether the size was known beforehand. */
  readonly sized: boolean;
  readonly faults: readonly string[];
  readonly requests: number;
  readonly calls: number;
  /** Null where the file is there. */
  readonly error: string | null;
}

async function sequence(seed: number): Promise<Outcome> {
  const rng = random(seed);
  const content = Uint8Array.from({ length: 1 + rng.integer(100_000) }, () => rng.integer(256));
  const names = Object.keys(FAULTS);
  // Final answers are seldom, or hardly anything would come after them.
  const draw = (): string => names[rng.integer(rng.integer(4) === 0 ? names.length : names.length - 3)];
  const faults = Array.from({ length: rng.integer(8) }, draw);
  let outcome: Outcome | undefined;
  await inFolder(async (folder) => {
    await using server = serve((request, nth) => {
      const answer = honest(content, request);
      return nth < faults.length ? FAULTS[faults[nth]](answer, content, request, rng) : answer;
    });
    const { md5, sha256, bytes, ...known } = described(content, `${server.url}/set`);
    const checks: Omit<RemoteFile, "url" | "name">[] = [{ bytes, md5 }, { bytes, sha256 }, { sha256 }];
    const file: RemoteFile = { ...known, ...checks[rng.integer(checks.length)] };
    const path = `${folder}/${file.name}`;
    let error: string | null = "not called";
    let calls = 0;
    // Some callers are ended at a random point and call again, as a user does after Ctrl-C.
    for (let patience = rng.integer(3); error !== null && patience >= 0; patience--) {
      const stop = new AbortController();
      const last = patience === 0;
      const stopAt = last ? Infinity : rng.integer(content.length + 1);
      calls++;
      error = await download(file, folder, {
        clock: fakeClock(() => rng.uniform()),
        stallSeconds: 0.15,
        attempts: 10,
        signal: stop.signal,
        onProgress: ({ bytes }) => bytes >= stopAt && stop.abort(new Error("interrupted")),
      }).then(() => null, (error: Error) => {
        assert.ok(["InputError", "DownloadError", "Error"].includes(error.name), error.stack);
        if (error.name === "Error") assert.equal(error.message, "interrupted");
        assert.doesNotMatch(error.message, /\n/);
        return error.message;
      });
      if (error !== null) assert.deepEqual(namesIn(folder).filter((name) => !name.includes(".partial")), []);
      if (error !== null && error !== "interrupted") break;
    }
    if (error === null) {
      await assertHolds(path, content);
      assert.deepEqual(namesIn(folder), [file.name]);
    }
    outcome = {
      sized: file.bytes !== undefined,
      faults: faults.slice(0, server.seen.length),
      requests: server.seen.length,
      calls,
      error,
    };
  });
  return outcome!;
}

Deno.test(`download() ends with the right file or a clear error, and never a wrong file, in ${SEQUENCES} random runs`, async () => {
  const outcomes: Outcome[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (next < SEQUENCES) {
      const seed = next++;
      try {
        outcomes.push(await sequence(seed));
      } catch (error) {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
      }
    }
  }));
  for (const { sized, faults, error } of outcomes) {
    // What can be got over, is; a short file is told from a whole one by its size or, with an error, by its checksum.
    const hopeless = ["wrongBytes", "forbidden", "missing", ...sized ? [] : ["excuses", "announcesLess"]];
    if (!faults.some((name) => hopeless.includes(name))) assert.equal(error, null, faults.join(", "));
    if (error !== null) assert.match(error, /not the expected file; it was removed$|answered 40[34]|^interrupted$/);
  }
  const [whole, failed] = [
    outcomes.filter(({ error }) => error === null),
    outcomes.filter(({ error }) => error !== null),
  ];
  const sum = (count: (outcome: Outcome) => number): number => outcomes.reduce((all, one) => all + count(one), 0);
  console.log(
    `${SEQUENCES} runs: ${sum(({ faults }) => faults.length)} faults, ${sum(({ requests }) => requests)} requests, ` +
      `${sum(({ calls }) => calls)} calls; ${whole.length} whole, ${failed.length} failed clearly`,
  );
  assert.ok(whole.length > SEQUENCES / 2 && failed.length > SEQUENCES / 20);
});
