/** The completion form of the batch: batches handed over, many of them under way at once. */
package io.memflow.core.async;
