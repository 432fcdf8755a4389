import assert from "node:assert/strict";
import { adapterFault, type Fault } from "./fault.ts";

const fault = (engine: string, cause: string): Fault => ({ engine, cause, reason: `${cause} at some time` });

Deno.test("adapterFault() wants two engines that failed for the same cause", () => {
  assert.equal(adapterFault([], false), null);
  assert.equal(adapterFault([fault("samba", "lost")], false), null);
  assert.equal(adapterFault([fault("samba", "lost"), fault("samba", "lost")], false), null);
  assert.equal(adapterFault([fault("samba", "lost"), fault("flash", "a wrong shape")], false), null);
  assert.equal(
    adapterFault([fault("samba", "lost"), fault("flash", "lost")], false),
    "samba and flash failed alike, lost at some time",
  );
  assert.equal(
    adapterFault([fault("samba", "lost"), fault("naive", "other"), fault("flash", "other")], false),
    "naive and flash failed alike, other at some time",
  );
});

Deno.test("adapterFault() takes the only engine's second failure", () => {
  const faults = [fault("samba", "lost"), fault("samba", "lost")];
  assert.equal(adapterFault(faults, true), "samba failed twice, lost at some time");
  assert.equal(adapterFault(faults.slice(1), true), null);
});
