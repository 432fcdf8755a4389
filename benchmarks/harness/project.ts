import { fileURLToPath } from "node:url";

/** The project's folder. */
export const PROJECT_ROOT: string = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Where data sets are when neither `--data-root` nor SAMBA_DATA says so: `data` in the project's folder. */
export const DEFAULT_DATA_ROOT: string = `${PROJECT_ROOT}/data`;
