/** Figures of machines that run, beside plain C. */
package io.memflow.bench.live;
