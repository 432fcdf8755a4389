import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { InputError } from "../errors.ts";

/** A row, by column; structures are objects, and 64-bit integers bigints. */
export type ParquetRow = Readonly<Record<string, unknown>>;

/** A parquet file whose footer was read. */
export interface ParquetFile {
  readonly path: string;
  /** Names of the top level. */
  readonly columns: readonly string[];
  /** First row and the row after the last of each row group. */
  readonly rowGroups: readonly { readonly start: number; readonly end: number }[];
  /** The given columns of one row group, and nothing else of the file. */
  readRowGroup(group: number, columns: readonly string[]): Promise<ParquetRow[]>;
}

/** Reads the footer of a parquet file. Throws {@link InputError} where it is none, truncated or damaged; so do the reads. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import("hyparquet");
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof InputError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new InputError(`${path}: is no parquet file, or truncated or damaged (${message}); fetch it again`);
    }
  };
  const { size } = await Deno.stat(path);
  const file: AsyncBuffer = { byteLength: size, slice: (start, end = size) => readSlice(path, start, end) };
  const metadata: FileMetaData = await attempt(() => parquetMetadataAsync(file));
  let rows = 0;
  const rowGroups = metadata.row_groups.map((group) => {
    const start = rows;
    rows += Number(group.num_rows);
    return { start, end: rows };
  });
  return {
    path,
    columns: parquetSchema(metadata).children.map(({ element }) => element.name),
    rowGroups,
    readRowGroup: (group, columns) =>
      attempt(async () => {
        const { compressors } = await import("hyparquet-compressors");
        return await parquetReadObjects({
          file,
          metadata,
          columns: [...columns],
          rowStart: rowGroups[group].start,
          rowEnd: rowGroups[group].end,
          compressors,
          // Else bytes without a logical type, such as audio, would become text.
          utf8: false,
        });
      }),
  };
}

async function readSlice(path: string, start: number, end: number): Promise<ArrayBuffer> {
  using file = await Deno.open(path);
  await file.seek(start, Deno.SeekMode.Start);
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length;) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) throw new InputError(`${path}: ended at byte ${start + at} of ${end}; fetch it again`);
    at += read;
  }
  return bytes.buffer;
}
