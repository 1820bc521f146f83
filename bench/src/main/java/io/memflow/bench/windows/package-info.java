/** Times the Windows layer on the image of a synthetic machine. */
package io.memflow.bench.windows;
