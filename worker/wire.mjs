// Small things that every part of the worker needs: fields as core reads them, streams, time, the operator's log.

/** Fields as core reads them: name and value on a line each. */
export function pack(headers) {
  let text = '';
  headers.forEach((value, name) => {
    text += `${name}\n${value}\n`;
  });
  return text;
}

/**
 * What a chunk of a body says, as a client gets it: an application may hand over more than bytes.
 *
 * @throws {TypeError} where no runtime would send it
 */
export function bytesOf(chunk) {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw new TypeError('a chunk of the body holds no bytes');
}

/** The bytes of these chunks, which is the chunk itself if it is the only one. */
export function join(chunks) {
  if (chunks.length === 1) return chunks[0];
  const all = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** Pairs of name and value, from fields as core writes them. */
export function unpack(text) {
  const lines = text.split('\n');
  const fields = [];
  for (let i = 0; i + 1 < lines.length; i += 2) fields.push([lines[i], lines[i + 1]]);
  return fields;
}

/** A time limit to race against: `up` becomes undefined when it is reached. */
export function deadline(milliseconds) {
  let timer;
  const up = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return { up, stop: () => clearTimeout(timer) };
}

/** Gives up a stream, or the reader of one. Both branches of a tee must be given up before the origin notices. */
export async function discard(stream) {
  try {
    await stream?.cancel();
  } catch {
    // It broke off, or somebody else reads it.
  }
}

/** One line of JSON for the operator, about Backstop itself. */
export function complain(event, message, id) {
  console.error(JSON.stringify({ event: `backstop.${event}`, request_id: id, message }));
}
