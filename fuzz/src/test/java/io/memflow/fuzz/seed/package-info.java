/** Writes the first inputs of each corpus. */
@NullMarked
package io.memflow.fuzz.seed;

import org.jspecify.annotations.NullMarked;
