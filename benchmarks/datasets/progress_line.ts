import type { DownloadProgress } from "../../datasets/download/download.ts";
import { formatBytes } from "../../reports/format.ts";
import { duration } from "../harness/progress.ts";

/** A download for the progress line: "x.tar.gz 124 MiB of 331 MiB (37 %), 12.3 MiB/s, 17 s left". */
export function progressLine({ name, bytes, total, bytesPerSecond }: DownloadProgress): string {
  const rate = bytesPerSecond > 0 ? `, ${formatBytes(bytesPerSecond)}/s` : "";
  if (total === null) return `${name} ${formatBytes(bytes)}${rate}`;
  const left = bytesPerSecond > 0 ? `, ${duration((total - bytes) / bytesPerSecond)} left` : "";
  const percent = total > 0 ? Math.floor(100 * bytes / total) : 100;
  return `${name} ${formatBytes(bytes)} of ${formatBytes(total)} (${percent} %)${rate}${left}`;
}
