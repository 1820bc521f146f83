/** The kernel log in both of its forms. */
package io.memflow.os.linux.log;
