// Small things that every part of the worker needs: fields as core reads them, streams, time, the operator's log.

/** Fields as core reads them: name and value on a line each. */
export function pack(headers) {
  let text = '';
  headers.forEach((value, name) => {
    text += `${name}\n${value}\n`;
  });
  return text;
}

export function join(first, second) {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

export function* unpack(text) {
  const lines = text.split('\n');
  for (let i = 0; i + 1 < lines.length; i += 2) yield [lines[i], lines[i + 1]];
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
export function discard(stream) {
  stream?.cancel().catch(() => {});
}

/** One line of JSON for the operator, about Backstop itself. */
export function complain(event, message, id) {
  console.error(JSON.stringify({ event: `backstop.${event}`, request_id: id, message }));
}
