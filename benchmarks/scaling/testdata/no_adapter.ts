/** Stands in for probe_adapter.ts on a machine without an adapter. */
console.log("Warning: a library's own chatter");
console.log(JSON.stringify({ adapter: null, reason: null }));
