/** The keyboards of sessions. */
package io.memflow.os.windows.input;
