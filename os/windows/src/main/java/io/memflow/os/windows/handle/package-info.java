/** Tables of handles, and what handles lead to. */
package io.memflow.os.windows.handle;
