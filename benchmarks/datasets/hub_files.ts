import type { DatasetHub } from "../../datasets/corpus.ts";
import type { HubFile } from "../../datasets/download/hub.ts";
import { InputError } from "../../datasets/errors.ts";

/**
 * Of all files of a repository, those of the set, in order. Repositories repeat a test set in each of their configurations:
 * of several folders with files that fit the first by name is taken, as it is when they are read.
 *
 * Throws {@link InputError} where none fits, or one of `NAME-00000-of-00012` is missing.
 */
export function setFiles({ repo, files: wanted }: DatasetHub, files: readonly HubFile[]): HubFile[] {
  const fitting = files.filter(({ path }) => wanted.test(path));
  const [first] = fitting.map(({ path }) => folderOf(path)).sort();
  if (first === undefined) {
    throw new InputError(`${repo}: holds no file like ${wanted.source}; it has changed: name a copy by --data-root`);
  }
  const chosen = fitting.filter(({ path }) => folderOf(path) === first).sort((a, b) => a.path < b.path ? -1 : 1);
  const announced = /-of-(\d+)\.\w+$/.exec(chosen[0].path);
  if (announced !== null && Number(announced[1]) !== chosen.length) {
    throw new InputError(
      `${repo}: holds ${chosen.length} of ${Number(announced[1])} files ${chosen[0].path}; try later`,
    );
  }
  return chosen;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}
