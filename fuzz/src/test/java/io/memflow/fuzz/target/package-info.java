/** What is done with an input, parser by parser. Loaded by {@link io.memflow.fuzz.CountingLoader}. */
@NullMarked
package io.memflow.fuzz.target;

import org.jspecify.annotations.NullMarked;
