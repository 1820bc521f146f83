/** The processor architectures guests can have, and what this machine needs to make and run them. */
package io.memflow.guest.architecture;
