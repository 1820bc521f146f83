/** The Windows OS layer. */
package io.memflow.os.windows;
