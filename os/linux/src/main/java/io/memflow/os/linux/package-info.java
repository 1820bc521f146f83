/** The Linux OS layer. */
package io.memflow.os.linux;
