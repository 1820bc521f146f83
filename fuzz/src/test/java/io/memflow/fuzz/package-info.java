/** Feeds hostile input to every parser and holds them to what they promise. */
@NullMarked
package io.memflow.fuzz;

import org.jspecify.annotations.NullMarked;
