/**
 * Synthetic Windows machines, built by the published offsets of kernel structures: what agrees with them agrees with those
 * numbers, not with a genuine Windows. In a package of its own, so that tests of other modules can see it.
 */
@NullMarked
package io.memflow.os.windows.synthetic;

import org.jspecify.annotations.NullMarked;
