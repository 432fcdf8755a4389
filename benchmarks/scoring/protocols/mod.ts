/** All protocols, and how to find one by name. */
import { GIGASPEECH } from "./gigaspeech.ts";
import type { Protocol } from "./protocol.ts";
import { RAW } from "./raw.ts";
import { WHISPER_ENGLISH } from "./whisper/protocol.ts";

export type { Protocol };
export { GIGASPEECH, RAW, WHISPER_ENGLISH };

/** Every protocol, in the order in which they are listed. */
export const PROTOCOLS: readonly Protocol[] = [WHISPER_ENGLISH, RAW, GIGASPEECH];

/** The protocol of this name, or undefined. */
export function protocolNamed(name: string): Protocol | undefined {
  return PROTOCOLS.find((protocol) => protocol.name === name);
}
