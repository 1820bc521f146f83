/** Room that is made once and used again by whichever thread comes next. */
package io.memflow.core.reuse;
