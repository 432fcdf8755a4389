/**
 * Looks at the trained weights of one engine, and fetches what they need, in a process of its own, as prepare_audio.ts makes
 * audio. Reads a WeightsRequest as its one JSON argument and prints a WeightsEvent a line.
 */
import { basename } from "node:path";
import { readConfig } from "../../model/weights.ts";
import { progressLine } from "../datasets/progress_line.ts";
import { fileSha256 } from "../engines/file_sha256.ts";
import type { OwnEngineName, Weights } from "./protocol.ts";
import type { WeightsEvent, WeightsRequest } from "./weights.ts";
import { fittedConfig } from "./weights_fit.ts";

function say(event: WeightsEvent): void {
  console.log(JSON.stringify(event));
}

/** A safetensors file of this suite. Its tensors are checked when a point loads them; here, that the engine runs its config. */
async function ownWeights(engine: OwnEngineName, path: string): Promise<Weights> {
  fittedConfig(engine, await readConfig(path), path);
  return { path: await Deno.realPath(path), name: basename(path), sha256: await fileSha256(path) };
}

/** Whisper's weights in a folder or from the hub, and the packages that run them. */
async function whisperWeights({ weights, models }: WeightsRequest): Promise<Weights> {
  const [{ fetchWeights, parseHubName }, { findWeights }, { fetchPackages }, { hubToken }] = await Promise.all([
    import("../engines/whisper/hub.ts"),
    import("../engines/whisper/weights.ts"),
    import("../engines/whisper/packages.ts"),
    import("../../datasets/download/hub.ts"),
  ]);
  const notice = (line: string): void => say({ event: "notice", line });
  const isFolder = await Deno.stat(weights).then(({ isDirectory }) => isDirectory, () => false);
  const fromHub = async () => {
    // Without a revision it is refused before anything is asked of the hub, or may be asked of the environment.
    const variable = (name: string) => weights.includes("@") ? Deno.env.get(name) || undefined : undefined;
    const [token, endpoint] = [variable("HF_TOKEN"), variable("HF_ENDPOINT")];
    const { folder, name } = await fetchWeights(weights, "fp32", {
      models,
      ...(endpoint === undefined ? {} : { endpoint }),
      download: {
        onNote: notice,
        onProgress: (progress) => say({ event: "status", text: progressLine(progress) }),
        ...(token === undefined ? {} : { token: hubToken(token) }),
      },
    });
    return await findWeights(folder, "fp32", name);
  };
  const { folder, name, sha256 } = isFolder || parseHubName(weights) === null
    ? await findWeights(weights, null, null)
    : await fromHub();
  await fetchPackages(notice);
  return { path: folder, name, sha256 };
}

const request = JSON.parse(Deno.args[0]) as WeightsRequest;
try {
  const { engine } = request;
  say({
    event: "weights",
    ...(engine === "whisper" ? await whisperWeights(request) : await ownWeights(engine, request.weights)),
  });
} catch (error) {
  const { name, message } = error as Error;
  const reason = String(message).split("\n")[0];
  if (["InputError", "UsageError", "ConfigError"].includes(name)) say({ event: "refused", reason });
  else if (["NotMeasuredError", "DownloadError"].includes(name)) say({ event: "unavailable", reason });
  else throw error;
}
