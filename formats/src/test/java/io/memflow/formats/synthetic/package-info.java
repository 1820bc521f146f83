/** Writers of made-up files for tests: in a package of its own, so that tests of other modules can see them. */
@NullMarked
package io.memflow.formats.synthetic;

import org.jspecify.annotations.NullMarked;
