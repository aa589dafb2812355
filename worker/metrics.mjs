// Data points for Workers Analytics Engine.

import { complain } from './wire.mjs';

/**
 * Writes data points to Workers Analytics Engine: the labels of `backstop_responses_total` as blobs, the rule as index, then bytes,
 * milliseconds, and 1 or 0 for a page that fell back and for a report that was left out. README.md lists the columns.
 */
export function measurer(dataset) {
  let failed = false;
  return (point) => {
    const columns = point.split(';');
    const blobs = columns.slice(1, -4).map((label) => label.slice(label.indexOf('=') + 1));
    try {
      dataset.writeDataPoint({ indexes: [blobs[0]], blobs, doubles: columns.slice(-4).map(Number) });
    } catch (error) {
      // Once: it would fail for every error.
      if (!failed) complain('metrics', `BACKSTOP_METRICS: ${error}`);
      failed = true;
    }
  };
}
