/** Makes an instance of core from its compiled module (`backstop_bg.wasm`); once, before the first request. */
export function initSync(options: { module: WebAssembly.Module }): void;
