import assert from "node:assert/strict";
import { random } from "../random.ts";
import { inputError } from "../testing.ts";
import { assertDecoded, testFile } from "./decoded_testing.ts";
import { oggPages, sealed } from "./ogg_pages.ts";
import { decodeOpus, decodeOpusRange, openOpus, OPUS_RATE } from "./opus.ts";

Deno.test("decodeOpus() gives opusdec's samples of opusenc's and ffmpeg's files, to the exact length", async () => {
  for (const name of ["opusenc.opus", "opusenc_stereo.opus", "ffmpeg.opus"]) {
    // CELT differs by that much between versions of libopus; SILK not at all.
    await assertDecoded(await decodeOpus(await testFile(name), name), name, 1e-4);
  }
});

Deno.test("decodeOpus() reads packets that go on from page to page", async () => {
  const bytes = await testFile("opusenc_stereo.opus");
  const expected = await decodeOpus(bytes, "whole");
  // Packets of up to 500 bytes: of one segment, two and three.
  for (const segments of [1, 2, 3, 7]) {
    const repaged = repage(bytes, segments);
    const pages = oggPages(repaged);
    assert.ok(typeof pages !== "string" && pages.some((page) => page.isContinued));
    assert.deepEqual(await decodeOpus(repaged, "repaged"), expected);
    const file = openOpus(repaged, "repaged");
    const { channels } = await decodeOpusRange(file, 30000, 31000);
    const apart = channels[1].map((x, i) => Math.abs(x - expected.channels[1][30000 + i]));
    assert.ok(greatest(apart) < 1e-3, `${greatest(apart)}`);
  }
});

/** The same stream with so many segments a page. */
function repage(bytes: Uint8Array, segmentsPerPage: number): Uint8Array {
  const pages = oggPages(bytes);
  assert.ok(typeof pages !== "string");
  const head = bytes.subarray(0, pages[2].start);
  // Every segment, and the granule of what ends with it: packets of this file last 20 ms.
  const segments: { data: Uint8Array; ends: boolean }[] = [];
  for (const { data, packets } of pages.slice(2)) {
    let at = data;
    for (const length of packets) {
      for (let left = length;; left -= 255) {
        const size = Math.min(255, left);
        segments.push({ data: bytes.subarray(at, at + size), ends: size < 255 });
        at += size;
        if (size < 255) break;
      }
    }
  }
  const parts = [...head];
  let granule = 0;
  for (let i = 0, page = 2; i < segments.length; i += segmentsPerPage, page++) {
    const own = segments.slice(i, i + segmentsPerPage);
    const isLast = i + segmentsPerPage >= segments.length;
    const ends = own.filter((segment) => segment.ends).length;
    granule += ends * 960;
    const body = own.flatMap(({ data }) => [...data]);
    const bytesOfPage = new Uint8Array(27 + own.length + body.length);
    bytesOfPage.set(bytes.subarray(pages[2].start, pages[2].start + 27));
    const view = new DataView(bytesOfPage.buffer);
    view.setUint8(5, (i > 0 && !segments[i - 1].ends ? 1 : 0) | (isLast ? 4 : 0));
    view.setBigInt64(6, ends === 0 ? -1n : BigInt(isLast ? pages.at(-1)!.granule! : granule), true);
    view.setUint32(18, page, true);
    view.setUint8(26, own.length);
    bytesOfPage.set(own.map(({ data }) => data.length), 27);
    bytesOfPage.set(body, 27 + own.length);
    parts.push(...sealed(bytesOfPage));
  }
  return Uint8Array.from(parts);
}

const greatest = (values: Float32Array) => values.reduce((most, x) => Math.max(most, x), 0);

Deno.test("decodeOpusRange() gives the samples that decoding all of it gives", async () => {
  const name = "long.opus";
  const path = new URL("../readers/testdata/gigaspeech_json/gigaspeech/audio/podcast/P0000/", import.meta.url).pathname;
  const bytes = await Deno.readFile(`${path}POD1000000001.opus`);
  const whole = (await decodeOpus(bytes, name)).channels[0];
  const file = openOpus(bytes, name);
  assert.equal(file.samples, 5 * OPUS_RATE);
  for (const [from, to] of [[0, 1], [0, 5], [1.25, 1.5], [2.5, 4.75], [4.9, 5], [0.3, 0.30001]]) {
    const range = [Math.round(from * OPUS_RATE), Math.round(to * OPUS_RATE)] as const;
    const { channels } = await decodeOpusRange(file, ...range);
    assert.equal(channels[0].length, range[1] - range[0]);
    const apart = channels[0].map((x, i) => Math.abs(x - whole[range[0] + i]));
    assert.ok(greatest(apart) < 1e-3, `${from} to ${to}: ${greatest(apart)}`);
  }
});

Deno.test("decodeOpus() refuses every truncation", async () => {
  const bytes = await testFile("opusenc.opus");
  for (let length = 0; length < bytes.length; length += length < 400 ? 1 : 61) {
    const cut = decodeOpus(bytes.subarray(0, length), "a.opus");
    await assert.rejects(cut, inputError("a.opus", /truncated or damaged Ogg Opus/));
  }
});

Deno.test("decodeOpus() refuses a flipped bit anywhere", async () => {
  const bytes = await testFile("opusenc.opus");
  const rng = random(3);
  for (let i = 0; i < 200; i++) {
    const damaged = bytes.slice();
    damaged[rng.integer(bytes.length)] ^= 1 << rng.integer(8);
    await assert.rejects(decodeOpus(damaged, "a.opus"), inputError("a.opus", /./));
  }
});

Deno.test("decodeOpus() refuses a missing page, doubled streams, and what follows the last page", async () => {
  const bytes = await testFile("opusenc.opus");
  const pages = oggPages(bytes);
  assert.ok(typeof pages !== "string");
  const without = (page: number) =>
    Uint8Array.from([...bytes.subarray(0, pages[page].start), ...bytes.subarray(pages[page].end)]);
  await assert.rejects(decodeOpus(without(2), "a"), inputError("a", /a page is missing/));
  await assert.rejects(decodeOpus(without(pages.length - 1), "a"), inputError("a", /its last page is missing/));
  await assert.rejects(decodeOpus(Uint8Array.from([...bytes, ...bytes]), "a"), inputError("a", /a page is missing/));
});

Deno.test("decodeOpus() applies the header's output gain, as RFC 7845 asks", async () => {
  const bytes = await testFile("opusenc.opus");
  const plain = (await decodeOpus(bytes, "a")).channels[0];
  const pages = oggPages(bytes);
  assert.ok(typeof pages !== "string");
  const louder = bytes.slice();
  // +6 dB in steps of 1 / 256 dB, at byte 16 of the header.
  new DataView(louder.buffer).setInt16(pages[0].data + 16, 6 * 256, true);
  sealed(louder.subarray(0, pages[0].end));
  const gained = (await decodeOpus(louder, "a")).channels[0];
  for (let i = 0; i < plain.length; i += 17) assert.ok(Math.abs(gained[i] - plain[i] * 1.9952623) < 1e-6);
});

Deno.test("decodeOpus() names other codecs in Ogg", async () => {
  const vorbis = decodeOpus(await testFile("ffmpeg_vorbis.ogg"), "a.ogg");
  await assert.rejects(vorbis, inputError("a.ogg", /is Ogg Vorbis, not Opus; convert it/));
});
