/** A server: it begins to listen when it is loaded. Its settings are in the environment, `PORT`, `HOST`, `SCHEME` and `GRACE_SECONDS` besides. */
export {};
