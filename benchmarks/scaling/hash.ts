/** SHA-256 in hexadecimal. */
export async function sha256(data: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex();
}
