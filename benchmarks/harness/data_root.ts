import { fileURLToPath } from "node:url";

/** Where data sets are when neither `--data-root` nor SAMBA_DATA says so: `data` in the project's folder. */
export const DEFAULT_DATA_ROOT: string = fileURLToPath(new URL("../../data", import.meta.url));
