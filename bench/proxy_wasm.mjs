// As much of a proxy as a proxy-wasm module (ABI 0.2.1) needs to see responses with HTTP/1.1 bodies: Envoy without a network.
//
// What the module does to a response is kept and handed out, so that a caller can say what a client would have got.

import { randomFillSync } from 'node:crypto';

const OK = 0;
const NOT_FOUND = 1;
const PAUSE = 1;
const REQUEST_HEADERS = 0;
const RESPONSE_HEADERS = 2;
const RESPONSE_BODY = 1;
const PLUGIN_CONFIGURATION = 7;
const ROOT = 1;

/** Envoy reads at most so many bytes of a body at once. */
const PIECE = 16_384;

/** The module does not start. */
export class Refusal extends Error {}

/** The fields of a header map. It never changes, so exchanges can share it; `with` and `without` make another. */
export class Head {
  #serialized;

  /** @param {[string, string][]} fields names in lower case, pseudo-headers included */
  constructor(fields) {
    this.fields = fields;
  }

  /** The first value of a field, or `undefined`. */
  get(name) {
    return this.fields.find((field) => field[0] === name)?.[1];
  }

  /** With this value in place of those that the field had. */
  with(name, value) {
    return new Head([...this.without(name).fields, [name, value]]);
  }

  /** Without this field. */
  without(name) {
    return new Head(this.fields.filter((field) => field[0] !== name));
  }

  /** The ABI's form: a count, the sizes of all names and values, then each name and value with a NUL behind it. */
  get serialized() {
    if (this.#serialized === undefined) {
      const texts = this.fields.flat();
      const sizes = Buffer.alloc(4 + 4 * texts.length);
      sizes.writeUInt32LE(this.fields.length);
      texts.forEach((text, index) => sizes.writeUInt32LE(Buffer.byteLength(text, 'latin1'), 4 + 4 * index));
      this.#serialized = Buffer.concat([sizes, Buffer.from(texts.map((text) => `${text}\0`).join(''), 'latin1')]);
    }
    return this.#serialized;
  }

  /** From the ABI's form. */
  static parse(bytes) {
    const fields = [];
    let at = 4 + 8 * bytes.readUInt32LE();
    for (let sizes = 4; fields.length < bytes.readUInt32LE(); sizes += 8) {
      const value = at + bytes.readUInt32LE(sizes) + 1;
      const end = value + bytes.readUInt32LE(sizes + 4) + 1;
      fields.push([bytes.toString('latin1', at, value - 1), bytes.toString('latin1', value, end - 1)]);
      at = end;
    }
    return new Head(fields);
  }
}

/** One module in one VM, with one plugin configuration. */
export class Proxy {
  /** What the module logged since this was last emptied: `{ level, text }`, errors from level 4 on. */
  log = [];
  /** What the module counts: `{ name, total }`. */
  metrics = [];
  /** Milliseconds since 1970, for the module. They pass only when somebody changes them. */
  now = 1_800_000_000_000;
  #exports = {};
  #memory = Buffer.alloc(0);
  #configuration;
  #contexts = ROOT;
  /** The exchange that is under way. */
  #heads = {};
  #body = Buffer.alloc(0);
  #reply;

  /**
   * Starts a module and gives it its configuration.
   *
   * @param {Uint8Array} bytes the module
   * @param {string} configuration the plugin's
   */
  constructor(bytes, configuration) {
    const module = new WebAssembly.Module(bytes);
    const provided = { env: this.#functions(), wasi_snapshot_preview1: this.#wasi() };
    const imports = {};
    for (const { module: space, name } of WebAssembly.Module.imports(module)) {
      // The SDK imports all that it knows; what is not called needs no answer.
      imports[space] ??= {};
      imports[space][name] = provided[space]?.[name] ?? (() => {
        throw new Error(`the module called ${space}.${name}, which bench/proxy_wasm.mjs does not have`);
      });
    }
    this.#exports = new WebAssembly.Instance(module, imports).exports;
    this.#configuration = Buffer.from(configuration);
    const { _initialize, proxy_on_vm_start, proxy_on_configure } = this.#exports;
    _initialize?.();
    this.#exports.proxy_on_context_create?.(ROOT, 0);
    const accepted = (proxy_on_vm_start?.(ROOT, 0) ?? 1) && (proxy_on_configure?.(ROOT, this.#configuration.length) ?? 1);
    if (!accepted) throw new Refusal(`the module refused its configuration: ${this.log.map(({ text }) => text).join('; ')}`);
  }

  /**
   * One exchange, from the request's headers to the end of the stream.
   *
   * @param {Head} request
   * @param {Head} response
   * @param {Buffer} body the response's
   * @returns {{ head?: Head, body: Buffer[] }} what the client gets; no head where it waits for ever
   */
  exchange(request, response, body) {
    const { proxy_on_context_create, proxy_on_request_headers, proxy_on_response_headers, proxy_on_response_body } = this.#exports;
    const { proxy_on_done, proxy_on_log, proxy_on_delete } = this.#exports;
    const id = ++this.#contexts;
    this.#heads = { [REQUEST_HEADERS]: request, [RESPONSE_HEADERS]: response };
    this.#body = Buffer.alloc(0);
    this.#reply = undefined;
    const sent = { head: undefined, body: [] };

    proxy_on_context_create?.(id, ROOT);
    proxy_on_request_headers?.(id, request.fields.length, 1);
    let waiting = (proxy_on_response_headers?.(id, response.fields.length, 0) ?? 0) === PAUSE;
    if (!waiting) sent.head = this.#heads[RESPONSE_HEADERS];
    // HTTP/1.1 learns that a body has ended after its last byte: the end is a call of its own.
    for (let at = 0, ended = false; !ended && this.#reply === undefined; at += PIECE) {
      ended = at >= body.length;
      const piece = body.subarray(at, at + PIECE);
      const held = this.#body;
      // What is held and untouched is a part of the body: copying it for each piece would cost as much as the module's work.
      const untouched = held.buffer === body.buffer && held.byteOffset + held.length === piece.byteOffset;
      if (held.length === 0) this.#body = piece;
      else if (untouched) this.#body = body.subarray(held.byteOffset - body.byteOffset, at + PIECE);
      else this.#body = Buffer.concat([held, piece]);
      waiting = (proxy_on_response_body?.(id, this.#body.length, ended ? 1 : 0) ?? 0) === PAUSE;
      if (waiting) continue;
      sent.head ??= this.#heads[RESPONSE_HEADERS];
      sent.body.push(this.#body);
      this.#body = Buffer.alloc(0);
    }
    proxy_on_done?.(id);
    proxy_on_log?.(id);
    proxy_on_delete?.(id);
    // A local reply after the head has gone only breaks the response off.
    return sent.head === undefined ? this.#reply ?? sent : sent;
  }

  /** The module's memory, which moves when it grows. */
  get #bytes() {
    const { buffer } = this.#exports.memory;
    if (this.#memory.buffer !== buffer) this.#memory = Buffer.from(buffer);
    return this.#memory;
  }

  /** A part of the module's memory, copied: it is the module's again after the call. */
  #read(at, size) {
    return Buffer.from(this.#bytes.subarray(at, at + size));
  }

  #text(at, size) {
    return this.#bytes.toString('latin1', at, at + size);
  }

  /** Gives bytes to the module, in memory of its own; where they are and how many goes to two places that it named. */
  #give(bytes, addressAt, sizeAt) {
    if (bytes === undefined) return NOT_FOUND;
    const address = bytes.length === 0 ? 0 : this.#exports.proxy_on_memory_allocate(bytes.length);
    this.#bytes.set(bytes, address);
    this.#bytes.writeUInt32LE(address, addressAt);
    this.#bytes.writeUInt32LE(bytes.length, sizeAt);
    return OK;
  }

  #measured(id, more) {
    if (this.metrics[id] === undefined) return NOT_FOUND;
    this.metrics[id].total += more;
    return OK;
  }

  #property(path) {
    const time = Buffer.alloc(8);
    time.writeBigUInt64LE(BigInt(this.now) * 1_000_000n);
    return { 'request\0time': time, 'response\0code_details': Buffer.from('via_upstream') }[path];
  }

  #functions() {
    return {
      proxy_log: (level, at, size) => {
        this.log.push({ level, text: this.#read(at, size).toString() });
        return OK;
      },
      proxy_get_current_time_nanoseconds: (at) => {
        this.#bytes.writeBigUInt64LE(BigInt(this.now) * 1_000_000n, at);
        return OK;
      },
      // Time stands, so nothing is ever due.
      proxy_set_tick_period_milliseconds: () => OK,
      proxy_get_property: (at, size, addressAt, sizeAt) => this.#give(this.#property(this.#text(at, size)), addressAt, sizeAt),
      // A metric's number is its place here.
      proxy_define_metric: (_kind, at, size, idAt) => {
        this.#bytes.writeUInt32LE(this.metrics.push({ name: this.#text(at, size), total: 0n }) - 1, idAt);
        return OK;
      },
      proxy_increment_metric: (id, more) => this.#measured(id, more),
      proxy_record_metric: (id, value) => this.#measured(id, value),
      // For the access log, which is not kept here.
      proxy_set_property: () => OK,
      proxy_get_buffer_bytes: (kind, start, size, addressAt, sizeAt) => {
        const buffer = { [RESPONSE_BODY]: this.#body, [PLUGIN_CONFIGURATION]: this.#configuration }[kind];
        return this.#give(buffer?.subarray(start, start + size), addressAt, sizeAt);
      },
      proxy_set_buffer_bytes: (kind, start, size, at, length) => {
        if (kind !== RESPONSE_BODY) return NOT_FOUND;
        this.#body = Buffer.concat([this.#body.subarray(0, start), this.#read(at, length), this.#body.subarray(start + size)]);
        return OK;
      },
      proxy_get_header_map_pairs: (map, addressAt, sizeAt) => this.#give(this.#heads[map]?.serialized, addressAt, sizeAt),
      proxy_set_header_map_pairs: (map, at, size) => {
        this.#heads[map] = Head.parse(this.#read(at, size));
        return OK;
      },
      proxy_get_header_map_value: (map, at, size, addressAt, sizeAt) => {
        const value = this.#heads[map]?.get(this.#text(at, size));
        return this.#give(value && Buffer.from(value, 'latin1'), addressAt, sizeAt);
      },
      proxy_replace_header_map_value: (map, at, size, valueAt, valueSize) => {
        this.#heads[map] = this.#heads[map].with(this.#text(at, size), this.#text(valueAt, valueSize));
        return OK;
      },
      proxy_remove_header_map_value: (map, at, size) => {
        this.#heads[map] = this.#heads[map].without(this.#text(at, size));
        return OK;
      },
      proxy_send_local_response: (status, _detailsAt, _detailsSize, at, size, fieldsAt, fieldsSize) => {
        const fields = Head.parse(this.#read(fieldsAt, fieldsSize));
        this.#reply = { head: fields.with(':status', String(status)).with('content-length', String(size)), body: [this.#read(at, size)] };
        return OK;
      },
    };
  }

  #wasi() {
    return {
      random_get: (at, size) => {
        randomFillSync(this.#bytes, at, size);
        return 0;
      },
      environ_sizes_get: (countAt, sizeAt) => {
        this.#bytes.writeUInt32LE(0, countAt);
        this.#bytes.writeUInt32LE(0, sizeAt);
        return 0;
      },
    };
  }
}
